using Abaco.Actors;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Store;
using Microsoft.Data.Sqlite;

namespace Abaco.Grains.Tests.Store.Sqlite;

/// <summary>A SQLite store in a folder of its own.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private AbacoStore? _open;

    public string Folder { get; } = Directory.CreateTempSubdirectory("abaco-store-").FullName;

    internal AbacoStore Open => _open!;

    internal override StoreParts Store => new(Open.Mailbox, Open.Actors, Open.Duties, Open.Bodies, Open.Results, Open.Logs, Open.Workers, Open.Hosts, Open.Control);

    public override Task InitializeAsync()
    {
        _open = AbacoStore.Open(Folder, new StoreOptions(), Time);
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync()
    {
        await Open.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public override async Task ReopenAsync()
    {
        await Open.DisposeAsync();
        await InitializeAsync();
    }

    internal override async Task WriteStateAsync(string actor, ActorState state)
    {
        // As Orleans' AdoNet storage does: by the script in the database itself.
        await using var connection = new SqliteConnection($"Data Source={Open.GrainsPath};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'WriteToStorageKey'";
        command.CommandText = (string)(await command.ExecuteScalarAsync())!;
        (string Name, object Value)[] parameters =
        [
            ("GrainTypeString", "actor"), ("GrainIdExtensionString", actor), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("ServiceId", Open.ClusterId),
            ("GrainStateVersion", DBNull.Value), ("PayloadBinary", new GrainStateJson().Serialize(state).ToArray()),
        ];
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue("@" + name, value);
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }
}

public sealed class SqliteMailboxStoreTests(SqliteFixture fixture) : MailboxStoreContract<SqliteFixture>(fixture);

public sealed class SqliteLeaseTests(SqliteFixture fixture) : LeaseContract<SqliteFixture>(fixture);

public sealed class SqliteActorStoreTests(SqliteFixture fixture) : ActorStoreContract<SqliteFixture>(fixture);

public sealed class SqliteWorkerStoreTests(SqliteFixture fixture) : WorkerStoreContract<SqliteFixture>(fixture);

public sealed class SqliteBodyStoreTests(SqliteFixture fixture) : BodyStoreContract<SqliteFixture>(fixture);

public sealed class SqliteResultStoreTests(SqliteFixture fixture) : ResultStoreContract<SqliteFixture>(fixture);

public sealed class SqliteLogStoreTests(SqliteFixture fixture) : LogStoreContract<SqliteFixture>(fixture);

public sealed class SqliteControlTests(SqliteFixture fixture) : StoreControlContract<SqliteFixture>(fixture);

public sealed class SqliteHostStoreTests(SqliteFixture fixture) : HostStoreContract<SqliteFixture>(fixture);
