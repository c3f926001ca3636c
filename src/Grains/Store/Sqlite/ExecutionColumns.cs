using System.Text.Json;
using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Store.Sqlite;

/// <summary>The columns of an execution, in one order, and what they become.</summary>
internal static class ExecutionColumns
{
    /// <summary>SQL for a row that waits; written out, so that partial indices apply.</summary>
    public const string IsWaiting = "status = 0";

    /// <summary>SQL for a row that a worker holds.</summary>
    public const string IsRunning = "status = 1";

    /// <summary>SQL for a row that was taken: running or ended.</summary>
    public const string WasTaken = "status <> 0";

    /// <summary>What <see cref="Lease"/> reads, but for the last column: whether a stop is requested.</summary>
    public const string LeaseButStop = "actor, sequence, execution_id, attempt, losses, retries, causes, host, worker, container_id";

    /// <summary>What <see cref="Lease"/> reads.</summary>
    public const string OfLease = LeaseButStop + ", stop_requested";

    /// <summary>What all methods here read.</summary>
    public const string All = OfLease
        + ", status, executor, api_server, received, started, finished, runtime, cpu, io, exit_code, final_state"
        + ", kind, content_type, upload_id, upload_bytes, parameters, synchronous, message";

    /// <summary>SQL that adds an execution to its actor's totals; they stop at the largest number, which recorded executions may name.</summary>
    public const string AddToTotals = """
        total_runtime = total_runtime + $runtime,
        total_cpu = min(total_cpu, 9223372036854775807 - $cpu) + $cpu, total_io = min(total_io, 9223372036854775807 - $io) + $io
        """;

    private static readonly IReadOnlyDictionary<string, string> NoParameters = new Dictionary<string, string>();

    /// <summary>Reads the lease of a running row.</summary>
    /// <param name="row">A row of <see cref="OfLease"/> or <see cref="All"/>.</param>
    /// <returns>The lease.</returns>
    public static LeaseRow Lease(SqliteRow row) => new(
        row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), Causes(row),
        row.GetString(7), row.GetString(8), row.TextOrNull(9), row.GetBoolean(10));

    /// <summary>Reads the message of a row.</summary>
    /// <param name="row">A row of <see cref="All"/>.</param>
    /// <returns>The message as it was admitted.</returns>
    public static MessageRow Message(SqliteRow row) => new(
        row.GetString(0),
        row.GetInt64(1),
        row.GetString(2),
        new MessageRequest
        {
            Kind = (MessageKind)row.GetInt32(22),
            ContentType = row.GetString(23),
            UploadId = row.TextOrNull(24),
            UploadBytes = row.GetInt64(25),
            Parameters = Parameters(row),
            Synchronous = row.GetBoolean(27),
            Text = row.GetString(28),
        },
        row.GetString(12),
        row.GetString(13),
        row.Time(14));

    /// <summary>Reads a taken row.</summary>
    /// <param name="row">A row of <see cref="All"/>, running.</param>
    /// <returns>Lease and message.</returns>
    public static TakenMessage Taken(SqliteRow row) => new(Lease(row), Message(row));

    /// <summary>Reads the record of a row.</summary>
    /// <param name="row">A row of <see cref="All"/>.</param>
    /// <returns>Snapshot, and lease when it runs.</returns>
    public static ExecutionRow Record(SqliteRow row)
    {
        var status = (ExecutionStatus)row.GetInt32(11);
        var snapshot = new ExecutionSnapshot
        {
            Key = new ExecutionKey(ActorKey.Parse(row.GetString(0)), row.GetString(2)),
            Executor = row.GetString(12),
            Status = status,
            MessageReceivedTime = row.Time(14),
            StartTime = row.TimeOrNull(15),
            FinishTime = row.TimeOrNull(16),
            Runtime = TimeSpan.FromMilliseconds(row.GetInt64(17)),
            CpuNanoseconds = row.GetInt64(18),
            IoBytes = row.GetInt64(19),
            ExitCode = row.IsDBNull(20) ? null : row.GetInt32(20),
            FinalStateJson = row.TextOrNull(21),
            WorkerId = row.TextOrNull(8),
            Attempts = row.GetInt32(3),
            Causes = Causes(row),
            MessageKind = (MessageKind)row.GetInt32(22),
            Message = row.GetString(28),
            ContentType = row.GetString(23),
            Parameters = Parameters(row),
        };
        return new ExecutionRow(snapshot, status == ExecutionStatus.Running ? Lease(row) : null);
    }

    private static string[] Causes(SqliteRow row) =>
        row.IsDBNull(6) ? [] : JsonSerializer.Deserialize<string[]>(row.GetString(6))!;

    private static IReadOnlyDictionary<string, string> Parameters(SqliteRow row) =>
        row.IsDBNull(26) ? NoParameters : JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(26))!;
}
