using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Abaco.Search;
using Microsoft.Data.Sqlite;

namespace Abaco.Store.Sqlite;

/// <summary>
/// What a reader needs to search: the functions <c>pattern_matches(pattern, text)</c> and <c>log_text(blob)</c>, and a clock that interrupts a statement when
/// its time is over, also within a function. One thread.
/// </summary>
internal sealed class SearchGuard
{
    /// <summary>Steps of SQLite's machine between two looks at the clock: some microseconds.</summary>
    private const int Steps = 1_000;

    private const int Interrupted = 9;

    private readonly TimeProvider _time;
    private readonly Dictionary<string, Regex> _patterns = [];
    private TimeSpan? _longest;
    private long _begun;
    private bool _over;

    private SearchGuard(TimeProvider time) => _time = time;

    /// <summary>Gives a connection the functions and the clock.</summary>
    public static SearchGuard Attach(SqliteConnection connection, TimeProvider time)
    {
        var guard = new SearchGuard(time);
        connection.CreateFunction<string, string?, bool>("pattern_matches", guard.Matches, isDeterministic: true);
        connection.CreateFunction<byte[]?, string?>("log_text", blob => blob is null ? null : LogBlob.Decompress(blob), isDeterministic: true);
        SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, Steps, _ => guard.IsOver() ? 1 : 0, null);
        return guard;
    }

    /// <summary>Runs a search, for at most so long.</summary>
    /// <exception cref="AbacoException">Invalid: it took longer.</exception>
    public T Within<T>(TimeSpan longest, Func<T> search)
    {
        (_longest, _begun, _over) = (longest, _time.GetTimestamp(), false);
        try
        {
            return search();
        }
        catch (SqliteException exception) when (_over || exception.SqliteErrorCode == Interrupted)
        {
            throw AbacoException.Invalid(
                $"The search took longer than {longest.TotalSeconds} seconds and was given up. Narrow it: by search or exactsearch, by an id or actor, by status, exit code or a time.");
        }
        finally
        {
            _longest = null;
            _patterns.Clear();
        }
    }

    private bool IsOver() => _over |= _longest is { } longest && _time.GetElapsedTime(_begun) >= longest;

    private bool Matches(string pattern, string? text)
    {
        if (text is null)
            return false;
        if (!_patterns.TryGetValue(pattern, out var regex))
            _patterns[pattern] = regex = SearchRules.Compile(pattern, _longest is { Ticks: > 0 } longest ? longest : TimeSpan.FromTicks(1));
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            _over = true;
            throw;
        }
    }
}

/// <summary>How logs are compressed in their rows.</summary>
internal static class LogBlob
{
    /// <summary>Compresses.</summary>
    public static byte[] Compress(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(bytes);
        return target.ToArray();
    }

    /// <summary>Restores the text.</summary>
    public static string Decompress(byte[] compressed)
    {
        using var brotli = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var target = new MemoryStream();
        brotli.CopyTo(target);
        return Encoding.UTF8.GetString(target.GetBuffer().AsSpan(0, (int)target.Length));
    }
}
