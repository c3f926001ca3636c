using Microsoft.Data.Sqlite;

namespace Abaco.Store.Sqlite;

/// <summary>Tells what is wrong with the machine from what is wrong with one operation's data.</summary>
internal static class SqliteFailures
{
    private const int Busy = 5, Locked = 6, OutOfMemory = 7, ReadOnly = 8, Io = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Whether every operation would fail now, whatever its data.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>True for disk full, input/output errors and the like.</returns>
    public static bool IsEnvironment(Exception exception) => exception is SqliteException
    {
        SqliteErrorCode: Busy or Locked or OutOfMemory or ReadOnly or Io or Corrupt or Full or CannotOpen or NotADatabase
    };

    /// <summary>Words for those who wait.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>The refusal (503).</returns>
    public static AbacoException Unavailable(Exception exception) => AbacoException.Unavailable(exception is SqliteException { SqliteErrorCode: Full }
        ? "The store's disk is full; nothing is accepted until there is space again."
        : $"The store's database does not work now ({exception.Message})");
}
