using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Abaco.Benchmarks;

/// <summary>A PostgreSQL of the benchmark's own, on the same disk, reached by a socket in its folder only; and pgbench against it.</summary>
internal sealed partial class Postgres : IAsyncDisposable
{
    private const string Insert = """
        \set id random(1, 9000000000000000000)
        INSERT INTO executions (actor, execution_id, message) VALUES ('DEV_' || :client_id, :id::text, 'a message of the benchmark, some sixty characters long, as text');
        """;

    private const string Table = """
        CREATE TABLE executions (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, actor text NOT NULL, execution_id text NOT NULL, status int NOT NULL DEFAULT 0,
            received timestamptz NOT NULL DEFAULT now(), message text NOT NULL, UNIQUE (actor, execution_id))
        """;

    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;

    private Postgres(string binaries, string folder, int port) => (_binaries, _folder, _port) = (binaries, folder, port);

    /// <summary>Where PostgreSQL's programs are, pgbench among them, or null.</summary>
    public static string? Find() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .LastOrDefault(folder => File.Exists(Path.Combine(folder, "pgbench")) && File.Exists(Path.Combine(folder, "initdb")))
        : null;

    /// <summary>Makes a cluster with PostgreSQL's own defaults (fsync and synchronous_commit on) and starts it.</summary>
    public static async Task<Postgres> StartAsync(string binaries, string folder, int port)
    {
        var postgres = new Postgres(binaries, folder, port);
        File.WriteAllText(Path.Combine(folder, "insert.sql"), Insert);
        if (Environment.UserName == "root")
            await ExecuteAsync("chown", ["-R", "postgres", folder]);
        await postgres.RunAsync("initdb", ["-D", postgres.Data, "-A", "trust", "-U", "bench", "--no-locale", "-E", "UTF8"]);
        await postgres.RunAsync(
            "pg_ctl", ["-D", postgres.Data, "-w", "-l", Path.Combine(folder, "log"), "-o", $"-p {port} -k {folder} -c listen_addresses=''", "start"]);
        await postgres.RunAsync("psql", ["-h", folder, "-p", port.ToString(CultureInfo.InvariantCulture), "-U", "bench", "-q", "-c", Table, "postgres"]);
        return postgres;
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Rows per second that pgbench inserts, one durable transaction each.</summary>
    public async Task<double> InsertAsync(int clients, TimeSpan duration)
    {
        var output = await RunAsync(
            "pgbench",
            ["-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", "-T", $"{duration.TotalSeconds:0}", "-f", Path.Combine(_folder, "insert.sql"), "-h", _folder, "-p", $"{_port}", "-U", "bench", "postgres"]);
        return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RunAsync("pg_ctl", ["-D", Data, "-m", "immediate", "stop"]);

    private static async Task<string> ExecuteAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;

        // The server that pg_ctl starts has its own log file, so both streams end with the program.
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }

    // PostgreSQL refuses to run as root.
    private Task<string> RunAsync(string program, string[] arguments) => Environment.UserName == "root"
        ? ExecuteAsync("runuser", ["-u", "postgres", "--", Path.Combine(_binaries, program), .. arguments])
        : ExecuteAsync(Path.Combine(_binaries, program), arguments);

    [GeneratedRegex(@"tps = ([0-9.]+) \(without initial connection time\)")]
    private static partial Regex Tps();
}
