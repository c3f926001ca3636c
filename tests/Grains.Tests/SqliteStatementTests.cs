using Abaco.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace Abaco.Grains.Tests;

public sealed class SqliteStatementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-statement-").FullName;
    private readonly SqliteSession _session;

    public SqliteStatementTests()
    {
        _session = SqliteSession.OpenWriter(Path.Combine(_folder, "x.db"));
        _session.Execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c BLOB) STRICT");
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("äöü € 😀 日本語")]
    public void Set_Text_IsReadBack(string text)
    {
        Insert(text, 1, [1]);

        Assert.Equal((text, false), First(row => (row.GetString(1), row.IsDBNull(1))));
    }

    [Fact]
    public void Set_LongText_IsReadBack()
    {
        var text = string.Concat(Enumerable.Repeat("€ 😀 ", 50_000));
        Insert(text, 1, [1]);

        Assert.Equal(text, First(row => row.GetString(1)));
    }

    [Fact]
    public void Set_Null_IsNull()
    {
        Insert(null, null, []);

        Assert.Equal((null, true), First(row => (row.TextOrNull(1), row.IsDBNull(2))));
    }

    [Fact]
    public void Set_NumberAndBytes_AreReadBack()
    {
        Insert("x", long.MinValue, [0, 1, 255]);

        Assert.Equal(long.MinValue, First(row => row.GetInt64(2)));
        Assert.Equal([0, 1, 255], First(row => row.Bytes(3)));
    }

    [Fact]
    public void Run_ParameterNotSet_SaysWhich()
    {
        var statement = _session.Prepare("INSERT INTO t (a, b) VALUES ($a, $b)").Set("$a", "x");

        Assert.Contains("$b", Assert.Throws<InvalidOperationException>(() => statement.Run()).Message);
    }

    [Fact]
    public void Run_SecondTimeWithoutParameters_NeverUsesTheOldOnes()
    {
        var statement = _session.Prepare("INSERT INTO t (a) VALUES ($a)").Set("$a", "x");
        statement.Run();

        Assert.Throws<InvalidOperationException>(() => statement.Run());
    }

    [Fact]
    public void Set_UnknownName_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _session.Prepare("SELECT 1 WHERE 1 = $a").Set("$b", 1));

    [Fact]
    public void Run_Fails_ThrowsAndServesAgain()
    {
        const string sql = "INSERT INTO t (id, a) VALUES ($id, 'x')";
        Assert.Equal(1, _session.Prepare(sql).Set("$id", 1).Run());

        Assert.Equal(19, Assert.Throws<SqliteException>(() => _session.Prepare(sql).Set("$id", 1).Run()).SqliteErrorCode);
        Assert.Equal(1, _session.Prepare(sql).Set("$id", 2).Run());
    }

    private void Insert(string? text, long? number, byte[] bytes) =>
        _session.Prepare("INSERT INTO t (a, b, c) VALUES ($a, $b, $c)").Set("$a", text).Set("$b", number).Set("$c", bytes).Run();

    private T First<T>(Func<SqliteRow, T> read)
    {
        Assert.True(_session.Prepare("SELECT id, a, b, c FROM t").TryFirst(read, out var value));
        return value;
    }
}
