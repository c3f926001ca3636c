using Abaco.Workers;

namespace Abaco.Store.Sqlite;

/// <summary>Rows of workers on SQLite.</summary>
internal sealed class SqliteWorkerStore(SqliteWriter writer, SqliteReaders readers) : IWorkerStore
{
    private const string Put = """
        INSERT INTO workers (actor, worker_id, status, image, revision, location, container_id, host, host_ip, created, last_execution, last_check)
        VALUES ($actor, $worker, $status, $image, $revision, $location, $container, $host, $hostIp, $created, $execution, $check)
        ON CONFLICT (actor, worker_id) DO UPDATE SET status = excluded.status, last_check = excluded.last_check
        """;

    /// <summary>What <see cref="Snapshot"/> reads.</summary>
    public const string Columns = """
        w.worker_id, w.status, w.image, w.revision, w.location, w.container_id, w.host, w.host_ip, w.created, w.last_execution, w.last_check,
            EXISTS (SELECT 1 FROM executions e WHERE e.actor = w.actor AND e.worker = w.worker_id AND e.status = 1)
        """;

    private const string OfActor = $"SELECT {Columns} FROM workers w WHERE w.actor = $actor ORDER BY w.created, w.worker_id";

    /// <inheritdoc/>
    public Task PutAsync(WorkerSnapshot worker) => writer.WriteAsync(session => session.Prepare(Put)
        .Set("$actor", worker.Actor.ToString()).Set("$worker", worker.Id).Set("$status", (int)worker.Status).Set("$image", worker.Image)
        .Set("$revision", worker.Revision).Set("$location", worker.Location).Set("$container", worker.ContainerId).Set("$host", worker.HostId)
        .Set("$hostIp", worker.HostIp).Set("$created", worker.CreateTime).Set("$execution", worker.LastExecutionTime)
        .Set("$check", worker.LastHealthCheckTime).Run());

    /// <inheritdoc/>
    public Task RemoveAsync(string actor, string workerId) => writer.WriteAsync(session =>
        session.Prepare("DELETE FROM workers WHERE actor = $actor AND worker_id = $worker").Set("$actor", actor).Set("$worker", workerId).Run());

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerSnapshot>> ListAsync(string actor) => readers.ReadAsync<IReadOnlyList<WorkerSnapshot>>(session =>
        session.Prepare(OfActor).Set("$actor", actor).All(row => Snapshot(row, ActorKey.Parse(actor))));

    /// <inheritdoc/>
    public Task RemoveHostAsync(string host) => writer.WriteAsync(session =>
        session.Prepare("DELETE FROM workers WHERE host = $host").Set("$host", host).Run());

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="actor">Its actor.</param>
    /// <returns>The worker.</returns>
    public static WorkerSnapshot Snapshot(SqliteRow row, ActorKey actor) => new()
    {
        Id = row.GetString(0),
        Actor = actor,
        Status = row.GetBoolean(11) ? WorkerStatus.Busy : (WorkerStatus)row.GetInt32(1),
        Image = row.GetString(2),
        Revision = row.GetInt32(3),
        Location = row.GetString(4),
        ContainerId = row.GetString(5),
        HostId = row.GetString(6),
        HostIp = row.GetString(7),
        CreateTime = row.Time(8),
        LastExecutionTime = row.TimeOrNull(9),
        LastHealthCheckTime = row.TimeOrNull(10),
    };
}
