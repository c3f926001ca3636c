using Microsoft.Extensions.Options;

namespace Abaco.Api.Http;

/// <summary>Bounds the requests that wait for something; each holds a connection and a place in a grain.</summary>
internal sealed class Waits(IOptions<WebOptions> options)
{
    private int _waiting;

    /// <summary>Begins a wait; disposing ends it.</summary>
    /// <exception cref="AbacoException">Unavailable: too many wait.</exception>
    public IDisposable Begin()
    {
        if (Interlocked.Increment(ref _waiting) > options.Value.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw AbacoException.Unavailable($"Too many requests wait already ({options.Value.MaxWaiting}); try again later.");
        }

        return new Place(this);
    }

    private sealed class Place(Waits waits) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            Interlocked.Decrement(ref waits._waiting);
        }
    }
}
