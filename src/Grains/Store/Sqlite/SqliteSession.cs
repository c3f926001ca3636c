using Microsoft.Data.Sqlite;

namespace Abaco.Store.Sqlite;

/// <summary>One connection and its prepared statements; used by one thread.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);

    private SqliteSession(SqliteConnection connection) => this.connection = connection;

    /// <summary>What searches need; null but on a searcher's session.</summary>
    public SearchGuard? Guard { get; private init; }

    /// <summary>Texts of all statements that were ever prepared; a test looks at their plans.</summary>
    public IReadOnlyCollection<string> Texts => statements.Keys;

    /// <summary>Opens the writer's connection: WAL, each commit synced to disk before it is answered.</summary>
    /// <param name="path">The database file; created when missing.</param>
    /// <returns>The session.</returns>
    public static SqliteSession OpenWriter(string path)
    {
        var session = Open(path, SqliteOpenMode.ReadWriteCreate);
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA busy_timeout = 5000");
        session.Execute("PRAGMA foreign_keys = ON");
        session.Execute("PRAGMA cache_size = -65536");
        session.Execute("PRAGMA wal_autocheckpoint = 4000");
        session.Execute("PRAGMA journal_size_limit = 67108864");
        return session;
    }

    /// <summary>Opens a reader's connection, with the grain state database attached as <c>grains</c>.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="grainsPath">The grain state database.</param>
    /// <returns>The session.</returns>
    public static SqliteSession OpenReader(string path, string grainsPath)
    {
        var session = Open(path, SqliteOpenMode.ReadOnly);
        session.Execute("PRAGMA busy_timeout = 5000");
        session.Prepare("ATTACH DATABASE $path AS grains").Set("$path", grainsPath).Run();
        return session;
    }

    /// <summary>Opens a reader's connection that can search.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="grainsPath">The grain state database.</param>
    /// <param name="time">The clock that ends searches.</param>
    /// <returns>The session.</returns>
    public static SqliteSession OpenSearcher(string path, string grainsPath, TimeProvider time)
    {
        var reader = OpenReader(path, grainsPath);
        return new SqliteSession(reader.connection) { Guard = SearchGuard.Attach(reader.connection, time) };
    }

    /// <summary>Prepares a text that will hardly come again; the caller disposes of the statement.</summary>
    /// <param name="sql">The text.</param>
    /// <returns>The statement.</returns>
    public SqliteStatement PrepareOnce(string sql) => new(connection.Handle!, sql);

    /// <summary>Returns the statement of this text, prepared once.</summary>
    /// <param name="sql">One constant text.</param>
    /// <returns>The statement.</returns>
    public SqliteStatement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements[sql] = statement = new SqliteStatement(connection.Handle!, sql);
        return statement;
    }

    /// <summary>Runs a text once, without keeping it; several statements are allowed.</summary>
    /// <param name="sql">The text.</param>
    public void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Ends the transaction without its changes; none open is success, for SQLite ends it by itself on some errors.</summary>
    public void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            Prepare("ROLLBACK").Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private static SqliteSession Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString();
        var connection = new SqliteConnection(text);
        try
        {
            connection.Open();
            return new SqliteSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
