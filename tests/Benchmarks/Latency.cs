using System.Diagnostics;

namespace Abaco.Benchmarks;

/// <summary>
/// P1: from a synchronous POST to a ready actor until its log is in hand, against the same container through the plain Docker API. Each POST is sent when the
/// worker is idle again and its last container gone; back-to-back POSTs stand beside it.
/// </summary>
internal static class Latency
{
    private static readonly string[] Networks = ["none", "bridge"];

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var figures = new List<Figure>();
        foreach (var network in Networks)
            figures.AddRange(await MeasureAsync(bench, network));
        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench, string network)
    {
        var count = bench.Options.Quick ? 2 : 10;
        using var engine = Engines.Connect();
        await using var abaco = await AbacoServer.StartAsync(bench.Options.Port, bench.NewFolder("p1-"), ("Workers:NetworkMode", network));
        var actor = await abaco.RegisterAsync(Engines.NoopImage);
        Func<Task> call = async () =>
        {
            if (await abaco.CallAsync(actor, "go") is not "done\n" and var log)
                throw new InvalidOperationException($"The log should read 'done', not '{log}'.");
        };
        Func<Task> idle = () => Engines.GoneAsync(engine, [actor]);
        Func<Task> plain = () => Engines.RunOnceAsync(engine, network);
        await call();
        await plain();
        var (ready, dense, plains) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < bench.Options.Repetitions; i++)
        {
            await idle();
            plains.Add(await MedianAsync(count, plain, () => Task.CompletedTask));
            ready.Add(await MedianAsync(count, call, idle));
            dense.Add(await MedianAsync(count, call, () => Task.CompletedTask));
            Bench.Say($"P1 {network}: plain {plains[^1]:N0} ms, ready actor {ready[^1]:N0} ms, back-to-back {dense[^1]:N0} ms");
        }

        await idle();
        return
        [
            new($"ready actor, network {network}: POST to log, p50 of {count}, ms", ready, "plain Docker API, p50, ms", plains, Target.Most(0.6)),
            new($"back-to-back, network {network}, ms", dense, "plain Docker API, p50, ms", plains, null),
        ];
    }

    private static async Task<double> MedianAsync(int count, Func<Task> measured, Func<Task> between)
    {
        var times = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await measured();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await between();
        }

        return Spread.Of(times).Median;
    }
}
