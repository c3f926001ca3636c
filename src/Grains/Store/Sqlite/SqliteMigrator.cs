using Abaco.Store.Migrations;

namespace Abaco.Store.Sqlite;

/// <summary>
/// Brings a database to this program's schema: each missing script in one transaction together with its record, so that a crash leaves it done or not begun.
/// The data directory's lock keeps other processes away.
/// </summary>
internal static class SqliteMigrator
{
    /// <summary>Applies the scripts that are missing.</summary>
    /// <param name="session">A writer's session.</param>
    /// <param name="scripts">All scripts, in order.</param>
    /// <param name="database">Its name for people.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidOperationException">The database is newer than this program, or an applied script was changed.</exception>
    public static void Migrate(SqliteSession session, IReadOnlyList<MigrationScript> scripts, string database, DateTimeOffset now)
    {
        session.Execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied INTEGER NOT NULL) STRICT");
        var applied = session.Prepare("SELECT number, name, checksum FROM schema_migrations ORDER BY number")
            .All(row => (Number: row.GetInt32(0), Name: row.GetString(1), Checksum: row.GetString(2)));
        foreach (var (number, name, checksum) in applied)
        {
            var known = scripts.FirstOrDefault(script => script.Number == number)
                ?? throw new InvalidOperationException(
                    $"The database '{database}' is newer than this program: it has migration {number} ({name}), the program knows up to {scripts.Count}. Start a newer version.");
            if (known.Checksum != checksum)
                throw new InvalidOperationException($"Migration {number} of the database '{database}' was applied as '{name}' with another text than this program's '{known.Name}'.");
        }

        foreach (var script in scripts.Where(script => applied.All(done => done.Number != script.Number)))
            Apply(session, script, now);
    }

    private static void Apply(SqliteSession session, MigrationScript script, DateTimeOffset now)
    {
        session.Execute("BEGIN EXCLUSIVE");
        try
        {
            session.Execute(script.Sql);
            session.Prepare("INSERT INTO schema_migrations (number, name, checksum, applied) VALUES ($number, $name, $checksum, $applied)")
                .Set("$number", script.Number).Set("$name", script.Name).Set("$checksum", script.Checksum).Set("$applied", now).Run();
            session.Execute("COMMIT");
        }
        catch
        {
            session.RollBack();
            throw;
        }
    }
}
