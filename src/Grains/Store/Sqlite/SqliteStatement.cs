using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Abaco.Store.Sqlite;

/// <summary>
/// A prepared statement of one <see cref="SqliteSession"/>; every parameter is set before each use. It binds and steps by itself: a command of
/// Microsoft.Data.Sqlite looks every parameter up by name in SQLite at each run and makes a reader each time, which was a third of the writer's time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 512;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly bool[] _set;
    private int _missing;

    /// <summary>Prepares one statement.</summary>
    /// <param name="database">The open connection.</param>
    /// <param name="sql">The text of one statement.</param>
    /// <exception cref="SqliteException">The text is wrong, or the database cannot be read.</exception>
    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        var count = raw.sqlite3_bind_parameter_count(_statement);
        for (var index = 1; index <= count; index++)
            _indices[raw.sqlite3_bind_parameter_name(_statement, index).utf8_to_string()] = index;
        _set = new bool[count];
        _missing = count;
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">A text or null.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, string? value)
    {
        var index = Index(name);
        if (value is null)
            Check(raw.sqlite3_bind_null(_statement, index));
        else if (value.Length == 0)
            // An empty span would be bound as null.
            Check(raw.sqlite3_bind_text(_statement, index, ""));
        else
            BindText(index, value);
        return this;
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">A number or null.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, long? value)
    {
        var index = Index(name);
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Sets the parameters that the statement has; other values are left out.</summary>
    /// <param name="values">Texts and numbers, by name with <c>$</c>.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement SetAll(IReadOnlyDictionary<string, object> values)
    {
        foreach (var (name, value) in values)
            if (_indices.ContainsKey(name))
                Set(name, value);
        return this;
    }

    /// <summary>Sets a parameter whose type is known only at run time.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">A text, a number or null.</param>
    /// <returns>This statement.</returns>
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public SqliteStatement Set(string name, object? value) => value switch
    {
        null => Set(name, (string?)null),
        string text => Set(name, text),
        long number => Set(name, number),
        int number => Set(name, number),
        double number => SetReal(name, number),
        _ => throw new ArgumentException($"{name}: a value of type {value.GetType()} cannot be stored.", nameof(value)),
    };

    /// <summary>Sets a parameter to 1 or 0.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">The value.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, bool value) => Set(name, value ? 1L : 0L);

    /// <summary>Sets a parameter.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">Bytes.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, byte[] value)
    {
        Check(raw.sqlite3_bind_blob(_statement, Index(name), value));
        return this;
    }

    /// <summary>Sets a time as Unix milliseconds.</summary>
    /// <param name="name">Its name with <c>$</c>.</param>
    /// <param name="value">The time or null.</param>
    /// <returns>This statement.</returns>
    public SqliteStatement Set(string name, DateTimeOffset? value) => Set(name, value?.ToUnixTimeMilliseconds());

    /// <summary>Runs it.</summary>
    /// <returns>How many rows were changed; says nothing when the statement changes none by its nature.</returns>
    public int Run()
    {
        try
        {
            while (Step())
            {
            }

            return raw.sqlite3_changes(_database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs it and reads the first row.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads a row.</param>
    /// <param name="row">The row, or default.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryFirst<T>(Func<SqliteRow, T> read, out T row)
    {
        try
        {
            var found = Step();
            row = found ? read(new SqliteRow(_statement)) : default!;
            return found;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs it and reads all rows.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads a row.</param>
    /// <returns>In the statement's order.</returns>
    public List<T> All<T>(Func<SqliteRow, T> read)
    {
        var rows = new List<T>();
        Each(row => rows.Add(read(row)));
        return rows;
    }

    /// <summary>Runs it and shows each row.</summary>
    /// <param name="see">Sees a row.</param>
    public void Each(Action<SqliteRow> see)
    {
        try
        {
            while (Step())
                see(new SqliteRow(_statement));
        }
        finally
        {
            Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private int Index(string name)
    {
        var index = _indices.TryGetValue(name, out var found) ? found : throw new ArgumentException($"The statement has no parameter {name}.", nameof(name));
        if (!_set[index - 1])
            _missing--;
        _set[index - 1] = true;
        return index;
    }

    private SqliteStatement SetReal(string name, double value)
    {
        Check(raw.sqlite3_bind_double(_statement, Index(name), value));
        return this;
    }

    private void BindText(int index, string value)
    {
        if (value.Length * 3 <= StackBytes)
        {
            Span<byte> bytes = stackalloc byte[StackBytes];
            Check(raw.sqlite3_bind_text(_statement, index, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        }
        else
        {
            Check(raw.sqlite3_bind_text(_statement, index, Encoding.UTF8.GetBytes(value).AsSpan()));
        }
    }

    private bool Step()
    {
        if (_missing > 0)
            throw new InvalidOperationException($"Parameters are not set: {string.Join(", ", _indices.Where(pair => !_set[pair.Value - 1]).Select(pair => pair.Key))}.");
        var result = raw.sqlite3_step(_statement);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(result, _database);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>Ends the run; its failure was told by the step already.</summary>
    private void Reset()
    {
        raw.sqlite3_reset(_statement);
        Array.Clear(_set);
        _missing = _set.Length;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
