using Abaco.Configs;
using Abaco.Events;
using Abaco.Store.Migrations;
using Abaco.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Abaco.Store;

/// <summary>An open store: all parts of one engine. Opened before the silo is configured, since it knows the cluster's id; closed after the silo ended.</summary>
internal sealed class AbacoStore : IAsyncDisposable
{
    private const int Readers = 3;
    private const int Searchers = 2;
    private const int LongestSearchQueue = 64;
    private readonly DataDirectoryLock _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteReaders _searchers;

    private AbacoStore(DataDirectoryLock held, string folder, StoreOptions options, TimeProvider time)
    {
        _lock = held;
        var path = Path.Combine(folder, "abaco.db");
        Folder = folder;
        GrainsPath = Path.Combine(folder, "grains.db");
        var now = time.GetUtcNow();
        using (var session = SqliteSession.OpenWriter(GrainsPath))
            SqliteMigrator.Migrate(session, MigrationScript.Load("SqliteGrains"), GrainsPath, now);
        using (var session = SqliteSession.OpenWriter(path))
        {
            SqliteMigrator.Migrate(session, MigrationScript.Load("Sqlite"), path, now);
            session.Prepare("SELECT id, webhook_key FROM cluster").TryFirst(row => (Id: row.GetString(0), Key: row.GetString(1)), out var cluster);
            (ClusterId, Signing) = (cluster.Id, new WebhookSigning(cluster.Key));
        }

        _writer = new SqliteWriter(() => SqliteSession.OpenWriter(path), options.QueueBytes);
        _readers = new SqliteReaders(() => SqliteSession.OpenReader(path, GrainsPath), Readers);
        _searchers = new SqliteReaders(() => SqliteSession.OpenSearcher(path, GrainsPath, time), Searchers, LongestSearchQueue);
        Mailbox = new SqliteMailboxStore(_writer, _readers);
        Actors = new SqliteActorStore(_writer, _readers, time);
        Duties = new SqliteDutyStore(_writer, _readers);
        Outbox = new SqliteOutboxStore(_writer, _readers);
        Bodies = new SqliteBodyStore(_writer, _readers);
        Results = new SqliteResultStore(_writer);
        Logs = new SqliteLogStore(_writer, _readers);
        Workers = new SqliteWorkerStore(_writer, _readers);
        Hosts = new SqliteHostStore(_writer, _readers);
        Search = new SqliteSearchStore(_searchers, time);
        GrainStates = new SqliteGrainStateStore(_readers);
        Reports = new SqliteReportStore(_readers);
        Control = new SqliteControl(_writer, _readers, ClusterId);
    }

    /// <summary>The cluster's id.</summary>
    public string ClusterId { get; }

    public IMailboxStore Mailbox { get; }

    public IActorStore Actors { get; }

    public IDutyStore Duties { get; }

    public IOutboxStore Outbox { get; }

    public IBodyStore Bodies { get; }

    public IResultStore Results { get; }

    public ILogStore Logs { get; }

    public IWorkerStore Workers { get; }

    public IHostStore Hosts { get; }

    public ISearchStore Search { get; }

    public IGrainStateStore GrainStates { get; }

    public IReportStore Reports { get; }

    public IStoreControl Control { get; }

    /// <summary>Signs webhooks with the cluster's key.</summary>
    internal WebhookSigning Signing { get; }

    /// <summary>The data directory.</summary>
    internal string Folder { get; }

    /// <summary>The database of grain state.</summary>
    internal string GrainsPath { get; }

    /// <summary>Opens the store: takes the directory, applies migrations, starts the threads.</summary>
    /// <exception cref="OptionsValidationException">The provider is unknown.</exception>
    /// <exception cref="InvalidOperationException">The directory is held by another process, or its database is newer than this program.</exception>
    public static AbacoStore Open(string dataDirectory, StoreOptions options, TimeProvider time)
    {
        if (options.Provider != "sqlite")
            throw new OptionsValidationException(StoreOptions.Section, typeof(StoreOptions), ["Abaco:Store:Provider: only 'sqlite' is available in this version."]);
        var held = DataDirectoryLock.Take(dataDirectory);
        try
        {
            return new AbacoStore(held, dataDirectory, options, time);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _readers.Dispose();
        _searchers.Dispose();
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Gives a silo its store.</summary>
internal static class StoreHosting
{
    // The AdoNet provider's name for SQLite; it loads Microsoft.Data.Sqlite.
    private const string SqliteInvariant = "System.Data.SQLite";

    /// <summary>Registers the parts of an open store, and grain storage on it.</summary>
    public static ISiloBuilder AddAbacoStore(this ISiloBuilder silo, AbacoStore store)
    {
        silo.Services
            .AddSingleton(store.Mailbox).AddSingleton(store.Actors).AddSingleton(store.Bodies).AddSingleton(store.Results)
            .AddSingleton(store.Logs).AddSingleton(store.Workers).AddSingleton(store.Hosts)
            .AddSingleton(store.Duties).AddSingleton(store.Outbox).AddSingleton(store.Signing)
            .AddSingleton(store.Search).AddSingleton(store.Reports).AddSingleton(store.GrainStates)
            .AddSingleton(provider => new SecretKeys(provider.GetRequiredService<IOptions<SecretsOptions>>(), store.Folder)).AddSingleton(store.Control);
        return silo.AddAdoNetGrainStorageAsDefault(options =>
        {
            options.Invariant = SqliteInvariant;
            options.ConnectionString = $"Data Source={store.GrainsPath}";
            options.GrainStorageSerializer = new GrainStateJson();
        });
    }
}
