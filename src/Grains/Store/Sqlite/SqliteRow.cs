using SQLitePCL;

namespace Abaco.Store.Sqlite;

/// <summary>The row that a statement stands on; valid until it steps on. Columns are read as the store writes them.</summary>
/// <param name="statement">The statement.</param>
internal readonly struct SqliteRow(sqlite3_stmt statement)
{
    /// <summary>Whether a column is null.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>Whether it is.</returns>
    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>A whole number.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>The number.</returns>
    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A small whole number.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>The number.</returns>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public int GetInt32(int column) => checked((int)GetInt64(column));

    /// <summary>A key, which is a number or a text.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>The number as <see cref="long"/>, or the text.</returns>
    public object GetValue(int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_INTEGER ? GetInt64(column) : GetString(column);

    /// <summary>A flag.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>Whether it is not 0.</returns>
    public bool GetBoolean(int column) => GetInt64(column) != 0;

    /// <summary>A text.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>The text; empty for null.</returns>
    public string GetString(int column) => TextOrNull(column) ?? "";

    /// <summary>A text that may be null.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>Text or null.</returns>
    public string? TextOrNull(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>A time.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>The time, UTC.</returns>
    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(GetInt64(column));

    /// <summary>A time that may be null.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>The time, UTC, or null.</returns>
    public DateTimeOffset? TimeOrNull(int column) => IsDBNull(column) ? null : Time(column);

    /// <summary>Bytes.</summary>
    /// <param name="column">From 0.</param>
    /// <returns>A copy.</returns>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();
}
