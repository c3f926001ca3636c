using Microsoft.Data.Sqlite;

namespace Abaco.Store.Sqlite;

/// <summary>A prepared statement of one <see cref="SqliteSession"/>; every parameter is set before each use.</summary>
internal sealed class SqliteStatement(SqliteCommand command) : IDisposable
{
    /// <summary>Sets a parameter.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">Null, a string, a number or bytes.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, object? value)
    {
        var index = command.Parameters.IndexOf(name);
        if (index < 0)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        else
            command.Parameters[index].Value = value ?? DBNull.Value;
        return this;
    }

    /// <summary>Sets a time as Unix milliseconds.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">The time or null.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, DateTimeOffset? value) => Set(name, (object?)value?.ToUnixTimeMilliseconds());

    /// <summary>Runs it.</summary>
    /// <returns>How many rows were changed.</returns>
    public int Run() => command.ExecuteNonQuery();

    /// <summary>Runs it and reads the first row.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads a row.</param>
    /// <param name="row">The row, or default.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryFirst<T>(Func<SqliteDataReader, T> read, out T row)
    {
        using var reader = command.ExecuteReader();
        var found = reader.Read();
        row = found ? read(reader) : default!;
        return found;
    }

    /// <summary>Runs it and reads all rows.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads a row.</param>
    /// <returns>In the statement's order.</returns>
    public List<T> All<T>(Func<SqliteDataReader, T> read)
    {
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs it and shows each row.</summary>
    /// <param name="see">Sees a row.</param>
    public void Each(Action<SqliteDataReader> see)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
            see(reader);
    }

    /// <inheritdoc/>
    public void Dispose() => command.Dispose();
}
