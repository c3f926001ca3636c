using Abaco.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace Abaco.Grains.Tests.Store.Sqlite;

/// <summary>The group commit: what shares a batch with what, and what a caller is told.</summary>
public sealed class SqliteWriterTests : IDisposable
{
    private const int QueueBytes = 10_000;
    private const int DiskFull = 13;
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-writer-").FullName;
    private readonly ManualResetEventSlim _blocked = new();
    private readonly SqliteWriter _writer;

    public SqliteWriterTests()
    {
        var path = Path.Combine(_folder, "test.db");
        using (var session = SqliteSession.OpenWriter(path))
            session.Execute("CREATE TABLE rows (id INTEGER NOT NULL PRIMARY KEY)");
        _writer = new SqliteWriter(() => SqliteSession.OpenWriter(path), QueueBytes);
    }

    public void Dispose()
    {
        _blocked.Set();
        _writer.Dispose();
        _blocked.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task WriteAsync_BadOperationInABatch_FailsAloneAndLeavesNothing()
    {
        var first = Block();
        var good = InsertAsync(1);
        var bad = _writer.WriteAsync<int>(session =>
        {
            Insert(session, 2);
            throw new ArgumentException("bad data");
        });
        var duplicate = InsertAsync(1);
        var last = InsertAsync(3);
        _blocked.Set();
        await Task.WhenAll(first, good, last);
        await Assert.ThrowsAsync<ArgumentException>(() => bad);
        await Assert.ThrowsAsync<SqliteException>(() => duplicate);
        Assert.Equal([1, 3], await _writer.WriteAsync(session => session.Prepare("SELECT id FROM rows").All(row => row.GetInt32(0))));
    }

    [Fact]
    public async Task WriteAsync_DiskFull_RefusesTheWholeBatchAndGoesOn()
    {
        var first = Block();
        var full = _writer.WriteAsync<int>(_ => throw new SqliteException("database or disk is full", DiskFull));
        var beside = InsertAsync(1);
        _blocked.Set();
        await first;
        foreach (var task in new Task[] { full, beside })
        {
            var thrown = await Assert.ThrowsAsync<AbacoException>(() => task);
            Assert.Equal((RefusalKind.Unavailable, "The store's disk is full; nothing is accepted until there is space again."), (thrown.Kind, thrown.Message));
        }

        Assert.Equal(1, await InsertAsync(1));
    }

    [Fact]
    public async Task WriteAsync_QueueFull_IsRefusedUntilThereIsRoom()
    {
        var first = Block();
        var accepted = InsertAsync(1, bytes: 8_000);
        var thrown = await Assert.ThrowsAsync<AbacoException>(() => InsertAsync(2, bytes: 8_000));
        Assert.Equal(RefusalKind.Unavailable, thrown.Kind);
        _blocked.Set();
        await Task.WhenAll(first, accepted);
        Assert.Equal(1, await InsertAsync(2, bytes: 8_000));
    }

    [Fact]
    public async Task WriteAsync_LargerThanTheQueue_IsAcceptedWhenNothingWaits() => Assert.Equal(1, await InsertAsync(1, bytes: 10 * QueueBytes));

    [Fact]
    public async Task Dispose_DoesWhatIsQueuedAndRefusesTheRest()
    {
        var first = Block();
        var queued = InsertAsync(1);
        _blocked.Set();
        _writer.Dispose();
        await first;
        Assert.Equal(1, await queued);
        Assert.Equal(RefusalKind.Unavailable, (await Assert.ThrowsAsync<AbacoException>(() => InsertAsync(2))).Kind);
    }

    private static int Insert(SqliteSession session, int id) => session.Prepare("INSERT INTO rows (id) VALUES ($id)").Set("$id", id).Run();

    private Task<int> InsertAsync(int id, long bytes = 0) => _writer.WriteAsync(session => Insert(session, id), bytes);

    /// <summary>Keeps the writer busy, so that what follows shares a batch.</summary>
    private Task<bool> Block()
    {
        using var begun = new ManualResetEventSlim();
        var task = _writer.WriteAsync(_ =>
        {
            if (!_blocked.IsSet)
                begun.Set();
            _blocked.Wait();
            return true;
        });
        begun.Wait();
        return task;
    }
}
