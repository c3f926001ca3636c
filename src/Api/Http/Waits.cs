using Microsoft.Extensions.Options;

namespace Abaco.Api.Http;

/// <summary>
/// Bounds the requests that wait for something; each holds a connection and a place in a grain. When the process stops, what runs has its grace first (the
/// worker host's part of stopping comes before this one), then the waits end, so that the server need not wait for them.
/// </summary>
internal sealed class Waits(IOptions<WebOptions> options) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private int _waiting;

    /// <summary>Begins a wait; disposing ends it.</summary>
    /// <exception cref="AbacoException">Unavailable: too many wait.</exception>
    public Place Begin(HttpContext context)
    {
        if (Interlocked.Increment(ref _waiting) > options.Value.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw AbacoException.Unavailable($"Too many requests wait already ({options.Value.MaxWaiting}); try again later.");
        }

        return new Place(this, context);
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <summary>One request that waits.</summary>
    internal sealed class Place(Waits waits, HttpContext context) : IDisposable
    {
        private readonly CancellationTokenSource _ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, waits._stopping.Token);
        private bool _left;

        /// <summary>Cancelled when the client goes away or the server stops.</summary>
        public CancellationToken Ends => _ends.Token;

        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            _ends.Dispose();
            Interlocked.Decrement(ref waits._waiting);
        }
    }
}
