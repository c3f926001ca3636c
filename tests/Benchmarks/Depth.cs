using System.Globalization;
using System.Text;

namespace Abaco.Benchmarks;

/// <summary>
/// P5: what a POST, a GET of an execution and a take cost when 1, 10,000 and 1,000,000 messages wait in the actor's mailbox and as many executions have ended.
/// Cost is time for each at 16 at a time, since alone each would mostly wait for the disk.
/// </summary>
internal static class Depth
{
    private const int AtATime = 16;
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"message": "a message of the benchmark, some sixty characters long, as text"}""");

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        int[] sizes = bench.Options.Quick ? [1, 10_000] : [1, 10_000, 1_000_000];
        var levels = new List<Level>();
        foreach (var size in sizes)
            levels.Add(await Level.PrepareAsync(bench, size));
        await OverHttpAsync(bench, levels);
        foreach (var level in levels)
            level.Open();
        for (var i = 0; i < bench.Options.Repetitions; i++)
            foreach (var level in levels)
                level.Takes.Add(await level.Mailbox.TakeAsync(Count(bench, 1_000), AtATime));
        foreach (var level in levels)
            await level.Mailbox.DisposeAsync();
        return [.. Rows("POST", levels, level => level.Posts), .. Rows("GET of an execution", levels, level => level.Gets), .. Rows("take", levels, level => level.Takes), .. Memory(levels)];
    }

    private static int Count(Bench bench, int count) => bench.Options.Quick ? 200 : count;

    private static async Task OverHttpAsync(Bench bench, IReadOnlyList<Level> levels)
    {
        using var load = new Load(AtATime);
        for (var i = 0; i < levels.Count; i++)
            await levels[i].StartAsync(bench.Options.Port + (3 * i));
        for (var i = -1; i < bench.Options.Repetitions; i++)
        {
            foreach (var level in levels)
            {
                var posts = await load.TimesAsync(Count(bench, 1_000), level.Post);
                var gets = await load.TimesAsync(Count(bench, 3_000), level.Get);
                if (i < 0)
                    continue;
                level.Posts.Add(posts.Elapsed.TotalMicroseconds / posts.Requests);
                level.Gets.Add(gets.Elapsed.TotalMicroseconds / gets.Requests);
                Bench.Say($"P5 at {level.Size:N0}: POST {level.Posts[^1]:N0} µs, GET {level.Gets[^1]:N0} µs");
            }
        }

        foreach (var level in levels)
            await level.StopAsync();
    }

    private static IEnumerable<Figure> Rows(string what, IReadOnlyList<Level> levels, Func<Level, List<double>> values) =>
        levels.Skip(1).Select(level => new Figure(
            $"{what} at {level.Size.ToString("N0", CultureInfo.InvariantCulture)}, µs", values(level), "at 1, µs", values(levels[0]), Target.Most(1.2)));

    private static IEnumerable<Figure> Memory(IReadOnlyList<Level> levels)
    {
        var deepest = levels[^1];
        var bytes = (double)(deepest.Mailbox.Bytes - levels[0].Mailbox.Bytes) / deepest.Size;
        yield return Figure.Alone("managed memory of an open mailbox for each waiting message, window included, bytes", [Math.Max(0, bytes)], Target.Most(64));
        yield return new(
            $"memory of the server process at {deepest.Size.ToString("N0", CultureInfo.InvariantCulture)}, MiB", [deepest.ResidentMib], "at 1, MiB", [levels[0].ResidentMib], null);
    }

    /// <summary>A data directory with so many messages and executions, and what was measured on it.</summary>
    private sealed class Level(int size, string folder, string actor, string[] ended)
    {
        private AbacoServer? _server;
        private DeepMailbox? _mailbox;

        public int Size => size;

        public List<double> Posts { get; } = [];

        public List<double> Gets { get; } = [];

        public List<double> Takes { get; } = [];

        public double ResidentMib { get; private set; }

        public DeepMailbox Mailbox => _mailbox!;

        public static async Task<Level> PrepareAsync(Bench bench, int size)
        {
            Bench.Say($"P5: filling a mailbox with {size:N0}");
            var folder = bench.NewFolder("p5-");
            string actor;
            await using (var server = await AbacoServer.StartAsync(bench.Options.Port, folder, ("Workers:DockerHost", AbacoServer.NoEngine)))
                actor = await server.RegisterAsync(Engines.NoopImage);
            return new Level(size, folder, actor, DeepMailbox.Fill(folder, $"DEV_{actor}", size));
        }

        public async Task StartAsync(int port) =>
            _server = await AbacoServer.StartAsync(port, folder, ("Workers:DockerHost", AbacoServer.NoEngine));

        public async Task StopAsync()
        {
            ResidentMib = _server!.Process.ResidentBytes / (1024.0 * 1024);
            await _server.DisposeAsync();
        }

        public void Open() => _mailbox = new DeepMailbox(folder, $"DEV_{actor}");

        public HttpRequestMessage Post()
        {
            var content = new ByteArrayContent(Body);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            return new HttpRequestMessage(HttpMethod.Post, new Uri(_server!.Process.Url, $"/actors/{actor}/messages")) { Content = content };
        }

        public HttpRequestMessage Get() =>
            new(HttpMethod.Get, new Uri(_server!.Process.Url, $"/actors/{actor}/executions/{ended[Random.Shared.Next(ended.Length)]}"));
    }
}
