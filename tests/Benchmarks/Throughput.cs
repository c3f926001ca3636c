using System.Diagnostics;
using System.Globalization;
using Docker.DotNet;

namespace Abaco.Benchmarks;

/// <summary>
/// P2: executions per second, removal of the containers included, with 1, 2, 4 and 8 workers for one actor and for several, against a loop over the plain
/// Docker API at the same parallelism. A run ends when its last container is gone.
/// </summary>
internal static class Throughput
{
    private const int Several = 4;
    private static readonly string[] Networks = ["none", "bridge"];

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var figures = new List<Figure>();
        foreach (var network in Networks)
            foreach (var workers in bench.Options.Quick ? [2] : new[] { 1, 2, 4, 8 })
                figures.AddRange(await MeasureAsync(bench, network, workers));
        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench, string network, int workers)
    {
        var count = bench.Options.Quick ? 4 : 8 + (2 * workers);
        using var engine = Engines.Connect();
        await using var abaco = await AbacoServer.StartAsync(
            bench.Options.Port, bench.NewFolder("p2-"), ("Workers:NetworkMode", network), ("Silo:Slots", workers.ToString(CultureInfo.InvariantCulture)));
        var actors = new List<string>();
        for (var i = 0; i < Several; i++)
            actors.Add(await abaco.RegisterAsync(Engines.NoopImage, workers));
        await SendAsync(abaco, engine, actors, Several);
        var (one, several, plain) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < bench.Options.Repetitions; i++)
        {
            plain.Add(await RateAsync(count, () => PlainAsync(engine, network, workers, count)));
            one.Add(await RateAsync(count, () => SendAsync(abaco, engine, actors[..1], count)));
            several.Add(await RateAsync(count, () => SendAsync(abaco, engine, actors, count)));
            Bench.Say($"P2 {network}, {workers} workers: plain {plain[^1]:N2}/s, one actor {one[^1]:N2}/s, {Several} actors {several[^1]:N2}/s");
        }

        var against = "plain Docker API loop, containers/s";
        return
        [
            new($"executions/s, {workers} workers, one actor, network {network}", one, against, plain, Target.Least(1.5)),
            new($"executions/s, {workers} workers, {Several} actors, network {network}", several, against, plain, Target.Least(1.5)),
        ];
    }

    private static async Task SendAsync(AbacoServer abaco, DockerClient engine, IReadOnlyList<string> actors, int count)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            var actor = actors[i % actors.Count];
            await abaco.CompletedAsync(actor, await abaco.SendAsync(actor, "go"));
        }));
        await Engines.GoneAsync(engine, [.. actors]);
    }

    private static Task PlainAsync(DockerClient engine, string network, int workers, int count)
    {
        var left = count;
        return Task.WhenAll(Enumerable.Range(0, workers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await Engines.RunOnceAsync(engine, network);
        }));
    }

    private static async Task<double> RateAsync(int count, Func<Task> run)
    {
        var begun = Stopwatch.GetTimestamp();
        await run();
        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
