using System.ComponentModel.DataAnnotations;
using Abaco.Store;
using Abaco.Store.Migrations;
using Abaco.Store.Sqlite;
using Microsoft.Extensions.Options;

namespace Abaco.Grains.Tests.Store.Sqlite;

/// <summary>Opening a data directory: the lock, migrations and what is refused, each with words that say what to do.</summary>
public sealed class StoreFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_HeldByAnother_NamesTheDirectoryAndTheKey()
    {
        await using (Open())
        {
            var thrown = Assert.Throws<InvalidOperationException>(Open);
            Assert.Contains($"'{_folder}' is in use by another Abaco process", thrown.Message);
            Assert.Contains("Abaco:DataDirectory", thrown.Message);
        }

        await Open().DisposeAsync();
    }

    [Fact]
    public async Task Open_NewerDatabase_IsRefusedAndNotHeld()
    {
        await Open().DisposeAsync();
        Change("INSERT INTO schema_migrations (number, name, checksum, applied) VALUES (999, '0999_future.sql', 'x', 0)");
        var thrown = Assert.Throws<InvalidOperationException>(Open);
        Assert.Contains("abaco.db' is newer than this program: it has migration 999 (0999_future.sql)", thrown.Message);
        Change("DELETE FROM schema_migrations WHERE number = 999");
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task Open_ChangedScript_IsRefused()
    {
        await Open().DisposeAsync();
        Change("UPDATE schema_migrations SET checksum = 'x' WHERE number = 1");
        Assert.Contains("was applied as '0001_start.sql' with another text", Assert.Throws<InvalidOperationException>(Open).Message);
    }

    [Fact]
    public void Migrate_ScriptThatFails_IsNotBegun()
    {
        using var session = SqliteSession.OpenWriter(Path.Combine(_folder, "half.db"));
        MigrationScript good = new(1, "0001_good.sql", "CREATE TABLE one (id INTEGER);", "a"), bad = new(2, "0002_bad.sql", "CREATE TABLE two (id INTEGER); NONSENSE;", "b");
        Assert.ThrowsAny<Exception>(() => SqliteMigrator.Migrate(session, [good, bad], "half", DateTimeOffset.UnixEpoch));
        Assert.Equal(["one"], session.Prepare("SELECT name FROM sqlite_master WHERE name IN ('one', 'two')").All(row => row.GetString(0)));
        SqliteMigrator.Migrate(session, [good, bad with { Sql = "CREATE TABLE two (id INTEGER);" }], "half", DateTimeOffset.UnixEpoch);
        Assert.Equal([1, 2], session.Prepare("SELECT number FROM schema_migrations ORDER BY number").All(row => row.GetInt32(0)));
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("SqliteGrains")]
    public void Load_Scripts_BeginAtOneAndNumbersAreTheirOwn(string folder)
    {
        var scripts = MigrationScript.Load(folder);
        Assert.Equal(1, scripts[0].Number);
        Assert.Equal(scripts.Select(script => script.Number).Distinct().Order(), scripts.Select(script => script.Number));
    }

    [Fact]
    public void Open_UnknownProvider_NamesTheKey() => Assert.Contains(
        "Abaco:Store:Provider", Assert.Throws<OptionsValidationException>(() => AbacoStore.Open(_folder, new StoreOptions { Provider = "oracle" }, TimeProvider.System)).Message);

    [Theory]
    [InlineData((1L << 20) - 1, false)]
    [InlineData(1L << 20, true)]
    [InlineData(4L << 30, true)]
    [InlineData((4L << 30) + 1, false)]
    public void QueueBytes_OutOfRange_IsRefused(long bytes, bool valid)
    {
        var options = new StoreOptions { QueueBytes = bytes };
        Assert.Equal(valid, Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true));
    }

    private AbacoStore Open() => AbacoStore.Open(_folder, new StoreOptions(), TimeProvider.System);

    private void Change(string sql)
    {
        using var session = SqliteSession.OpenWriter(Path.Combine(_folder, "abaco.db"));
        session.Execute(sql);
    }
}
