using System.Diagnostics;
using System.Net;

namespace Abaco.Benchmarks;

/// <summary>What a load gave.</summary>
/// <param name="Requests">How many were answered, all with 200.</param>
/// <param name="Elapsed">In what time.</param>
/// <param name="Median">Milliseconds that half of them took at most.</param>
/// <param name="Worst">Milliseconds that 99 % of them took at most.</param>
internal sealed record LoadResult(long Requests, TimeSpan Elapsed, double Median, double Worst)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;
}

/// <summary>A closed-loop load generator: each connection sends its next request when the last is answered. The same for a figure and its denominator.</summary>
internal sealed class Load(int connections) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = connections,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });

    /// <summary>Sends as many requests as the time allows.</summary>
    public Task<LoadResult> ForAsync(TimeSpan duration, Func<HttpRequestMessage> request)
    {
        var begun = Stopwatch.GetTimestamp();
        return RunAsync(request, () => Stopwatch.GetElapsedTime(begun) < duration);
    }

    /// <summary>Sends so many requests.</summary>
    public Task<LoadResult> TimesAsync(int count, Func<HttpRequestMessage> request)
    {
        var left = count;
        return RunAsync(request, () => Interlocked.Decrement(ref left) >= 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<LoadResult> RunAsync(Func<HttpRequestMessage> request, Func<bool> goOn)
    {
        var begun = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => LoopAsync(request, goOn)));
        var elapsed = Stopwatch.GetElapsedTime(begun);
        var sorted = times.SelectMany(list => list).Order().ToArray();
        return new LoadResult(sorted.Length, elapsed, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    private async Task<List<double>> LoopAsync(Func<HttpRequestMessage> request, Func<bool> goOn)
    {
        await Task.Yield();
        var times = new List<double>();
        while (goOn())
        {
            var begun = Stopwatch.GetTimestamp();
            using var message = request();
            using var answer = await _client.SendAsync(message, CancellationToken.None);
            await answer.Content.CopyToAsync(Stream.Null);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new InvalidOperationException($"{message.Method} {message.RequestUri} answered {(int)answer.StatusCode}.");
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        return times;
    }
}
