using System.Text.Json;

namespace Abaco.Store.Sqlite;

/// <summary>Writes of several messages at once and of idempotency keys. The one writer makes a concurrent duplicate wait for the first.</summary>
internal static class KeyedAdmission
{
    private const string Standing = "SELECT digest, executions FROM idempotency_keys WHERE actor = $actor AND key = $key AND expires > $now";

    private const string Put = """
        INSERT INTO idempotency_keys (actor, key, digest, expires, executions) VALUES ($actor, $key, $digest, $expires, $executions)
        ON CONFLICT (actor, key) DO UPDATE SET digest = excluded.digest, expires = excluded.expires, executions = excluded.executions
        """;

    private const string RemoveExpired =
        "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE expires <= $now LIMIT $limit)";

    /// <summary>Writes messages and their key, all or none.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="rows">The messages of one actor.</param>
    /// <param name="key">The key, or null.</param>
    /// <returns>What became of them.</returns>
    public static AdmitResult Admit(SqliteSession session, long epoch, IReadOnlyList<MessageRow> rows, KeyRow? key)
    {
        var actor = rows[0].Actor;
        if (key is not null && Find(session, actor, key) is { } earlier)
            return earlier;
        string[] ids = [.. rows.Select(row => row.ExecutionId)];
        var first = MailboxAdmission.Admit(session, epoch, rows[0]);
        if (first != Admission.Written)
            return new AdmitResult(first, ids);
        foreach (var row in rows.Skip(1))
        {
            // What stops the first stops all; anything else is a fault, whose exception takes the first back as well.
            var next = MailboxAdmission.Admit(session, epoch, row);
            if (next != Admission.Written)
                throw new InvalidOperationException($"Message {row.ExecutionId} of a batch to {actor} became {next}.");
        }

        if (key is not null)
        {
            session.Prepare(Put)
                .Set("$actor", actor).Set("$key", key.Key).Set("$digest", key.Digest).Set("$expires", key.Expires)
                .Set("$executions", JsonSerializer.Serialize(ids)).Run();
        }

        return new AdmitResult(Admission.Written, ids);
    }

    /// <summary>Looks a key up.</summary>
    /// <param name="session">A session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="key">The key.</param>
    /// <returns>Null when it is not known or expired.</returns>
    public static AdmitResult? Find(SqliteSession session, string actor, KeyRow key)
    {
        if (!session.Prepare(Standing).Set("$actor", actor).Set("$key", key.Key).Set("$now", key.Now)
            .TryFirst(row => (Digest: row.GetString(0), Ids: row.GetString(1)), out var standing))
            return null;
        return standing.Digest == key.Digest
            ? new AdmitResult(Admission.Earlier, JsonSerializer.Deserialize<string[]>(standing.Ids)!)
            : new AdmitResult(Admission.KeyTaken, []);
    }

    /// <summary>Removes expired keys.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="now">The time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many were removed.</returns>
    public static int Expire(SqliteSession session, DateTimeOffset now, int limit) =>
        session.Prepare(RemoveExpired).Set("$now", now).Set("$limit", limit).Run();
}
