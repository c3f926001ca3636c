using System.Text;

namespace Abaco.Benchmarks;

/// <summary>
/// P3: messages admitted durably per second, by 64 connections to many actors and to one, against a bare Kestrel that only parses and answers, and against
/// pgbench's single-row inserts. No engine is there, so the messages only wait. At the end the server's own counts must equal what was acknowledged.
/// </summary>
internal sealed class Admission(AbacoServer abaco, ServerProcess bare, Postgres? postgres, IReadOnlyList<string> actors, string hot)
{
    private const int Connections = 64;
    private const int Clients = 32;
    private const int Actors = 100;
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"message": "a message of the benchmark, some sixty characters long, as text"}""");
    private readonly Series _bare = new(), _many = new(), _hot = new(), _inserts = new();
    private int _turn;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var port = bench.Options.Port;
        await using var abaco = await AbacoServer.StartAsync(port, bench.NewFolder("p3-"), ("Workers:DockerHost", AbacoServer.NoEngine));
        var url = new Uri($"http://127.0.0.1:{port + 3}");
        await using var bare = await ServerProcess.StartAsync(
            "Abaco.Benchmarks.dll", ["serve-bare", url.ToString()], new Dictionary<string, string>(), url, "/healthz", Path.Combine(bench.NewFolder("bare-"), "log"));
        await using var postgres = Postgres.Find() is { } binaries ? await Postgres.StartAsync(binaries, bench.NewFolder("pg-"), port + 4) : null;
        var names = new List<string>();
        for (var i = 0; i <= Actors; i++)
            names.Add(await abaco.RegisterAsync("abaco-bench/noop"));
        var admission = new Admission(abaco, bare, postgres, names[1..], names[0]);
        await admission.RunAsync(bench.Options);
        return admission.Figures();
    }

    private async Task RunAsync(BenchOptions options)
    {
        var time = TimeSpan.FromSeconds(options.Quick ? 1 : 4);
        using var load = new Load(Connections);
        await RepeatAsync(load, time, keep: options.Quick);
        for (var i = 0; !options.Quick && i < options.Repetitions; i++)
            await RepeatAsync(load, time, keep: true);
        await CheckAsync();
    }

    /// <summary>Takes each figure once; the first time only warms up.</summary>
    private async Task RepeatAsync(Load load, TimeSpan time, bool keep)
    {
        _bare.Add(await MeasureAsync(load, time, bare, () => new Uri(bare.Url, "/messages")), keep);
        _many.Add(await MeasureAsync(load, time, abaco.Process, () => To(actors[Interlocked.Increment(ref _turn) % actors.Count])), keep);
        _hot.Add(await MeasureAsync(load, time, abaco.Process, () => To(hot)), keep);
        if (postgres is not null)
            _inserts.PerSecond.AddRange(keep ? [await postgres.InsertAsync(Clients, time)] : []);
        if (keep)
            Bench.Say($"P3: bare {_bare.PerSecond[^1]:N0}/s, many actors {_many.PerSecond[^1]:N0}/s, one actor {_hot.PerSecond[^1]:N0}/s");
    }

    private static async Task<Reading> MeasureAsync(Load load, TimeSpan time, ServerProcess server, Func<Uri> target)
    {
        var cpu = server.CpuTime;
        var result = await load.ForAsync(time, () => Post(target()));
        return new Reading(result, (server.CpuTime - cpu).TotalMicroseconds / result.Requests);
    }

    private static HttpRequestMessage Post(Uri target)
    {
        var content = new ByteArrayContent(Body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
    }

    private Uri To(string actor) => new(abaco.Process.Url, $"/actors/{actor}/messages");

    private async Task CheckAsync()
    {
        var waiting = await abaco.WaitingAsync(hot);
        foreach (var actor in actors)
            waiting += await abaco.WaitingAsync(actor);
        if (waiting != _many.Requests + _hot.Requests)
            throw new InvalidOperationException($"{_many.Requests + _hot.Requests} messages were acknowledged, {waiting} wait.");
    }

    private IReadOnlyList<Figure> Figures()
    {
        var figures = new List<Figure>
        {
            new($"POSTs/s to {Actors} actors, {Connections} connections", _many.PerSecond, "bare Kestrel POST, requests/s", _bare.PerSecond, Target.Least(0.5)),
            new("POSTs/s to one actor", _hot.PerSecond, $"POSTs/s to {Actors} actors", _many.PerSecond, Target.Least(0.8)),
            new("POSTs/s to one actor", _hot.PerSecond, "bare Kestrel POST, requests/s", _bare.PerSecond, null),
        };
        if (_inserts.PerSecond.Count > 0)
            figures.Add(new($"POSTs/s to {Actors} actors", _many.PerSecond, $"pgbench, {Clients} clients, single-row inserts/s", _inserts.PerSecond, null));
        figures.Add(new("CPU of the server for one POST, µs", _many.Cpu, "bare Kestrel, µs", _bare.Cpu, null));
        figures.Add(new("median time of a POST, ms", _many.Median, "bare Kestrel, ms", _bare.Median, null));
        figures.Add(new("99 % of POSTs within, ms", _many.Worst, "bare Kestrel, ms", _bare.Worst, null));
        return figures;
    }

    private sealed record Reading(LoadResult Load, double CpuMicroseconds);

    /// <summary>The readings of one figure.</summary>
    private sealed class Series
    {
        public List<double> PerSecond { get; } = [];

        public List<double> Cpu { get; } = [];

        public List<double> Median { get; } = [];

        public List<double> Worst { get; } = [];

        public long Requests { get; private set; }

        public void Add(Reading reading, bool keep)
        {
            Requests += reading.Load.Requests;
            if (!keep)
                return;
            PerSecond.Add(reading.Load.PerSecond);
            Cpu.Add(reading.CpuMicroseconds);
            Median.Add(reading.Load.Median);
            Worst.Add(reading.Load.Worst);
        }
    }
}
