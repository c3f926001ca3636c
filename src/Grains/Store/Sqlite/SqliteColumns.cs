using Microsoft.Data.Sqlite;

namespace Abaco.Store.Sqlite;

/// <summary>Reads columns as the store writes them.</summary>
internal static class SqliteColumns
{
    /// <summary>A text that may be null.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <returns>Text or null.</returns>
    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A time.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <returns>The time, UTC.</returns>
    public static DateTimeOffset Time(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>A time that may be null.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <returns>The time, UTC, or null.</returns>
    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    /// <summary>Bytes.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <returns>A copy.</returns>
    public static byte[] Bytes(this SqliteDataReader row, int column) => (byte[])row.GetValue(column);
}
