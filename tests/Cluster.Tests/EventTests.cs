using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Catalog;
using Abaco.Events;
using Abaco.Executions;
using Abaco.Silo.Workers;

namespace Abaco.Cluster.Tests;

public sealed class EventTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2030, 5, 4, 10, 30, 0, TimeSpan.Zero);
    private readonly ShiftedTime _time = new();
    private readonly AbacoCluster _abaco;
    private WebhookReceiver _receiver = null!;

    public EventTests() => _abaco = new AbacoCluster { Time = _time };

    public async Task InitializeAsync()
    {
        // Only then: a silo that joins under a clock other than its members' start times may take itself for a stale one.
        await _abaco.InitializeAsync();
        _time.Set(Start);
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _abaco.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Link_EventsArriveInOrderAsJsonMessages()
    {
        var listener = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Stateless = false });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Stateless = false, Link = Id(listener) });
        var sent = (await actor.SendBatchAsync(AbacoCluster.Alice, [.. Enumerable.Range(0, 15).Select(number => AbacoCluster.Text($"m{number}"))])).ExecutionIds;

        var items = await Until(() => ItemsAsync(listener), items => items.Count == 16);

        var received = await Task.WhenAll(items.Select(item => _abaco.EndAsync(listener, item.ExecutionId)));
        var events = received.Select(execution => JsonDocument.Parse(execution.Message).RootElement).ToList();
        Assert.Equal("ACTOR_READY", events[0].GetProperty("event_type").GetString());
        Assert.Equal(sent, events.Skip(1).Select(json => json.GetProperty("execution_id").GetString()));
        Assert.All(received, execution => Assert.Equal(("Abaco Event", "application/json"), (execution.Executor, execution.ContentType)));
        var run = _abaco.Runtime.Runs.First(run => run.Order.Execution.Actor.ToString() == listener.GetPrimaryKeyString());
        Assert.Equal("Abaco Event", run.Variable("_abaco_username"));
        Assert.StartsWith("{'event_type': 'ACTOR_READY'", run.Message);
        Assert.Equal(Id(listener), (await actor.GetAsync(AbacoCluster.Alice)).Parameters.Link);
    }

    [Fact]
    public async Task Webhook_SignedEvents_ArriveInOrderWithoutTheAddress()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url });
        var ended = await _abaco.RunAsync(actor, "x");

        await Until(() => Task.FromResult(_receiver.All.Count), count => count == 2);

        var posted = _receiver.All.ToArray();
        Assert.Equal(["ACTOR_READY", "EXECUTION_COMPLETE"], posted.Select(post => post["event_type"]));
        Assert.Equal((ended.Key.ExecutionId, "COMPLETE", "0"), (posted[1]["execution_id"], posted[1]["status"], posted[1]["exit_code"]));
        Assert.Equal("http://127.0.0.1:8000", posted[1]["_abaco_api_server"]);
        Assert.All(posted, post => Assert.DoesNotContain("secret", post.Body));
        var secret = (await actor.GetAsync(AbacoCluster.Alice)).WebhookSecret!;
        Assert.All(posted, post => Assert.Equal(Signature(secret, post), post.Headers["webhook-signature"]));
        Assert.Equal(2, posted.Select(post => post.Headers["webhook-id"]).Distinct().Count());
    }

    [Fact]
    public async Task Webhook_ThatFails_IsTriedAgainLaterAndOrderStays()
    {
        var failures = 2;
        _receiver.Answer = _ => Task.FromResult(Interlocked.Decrement(ref failures) >= 0 ? 500 : 200);
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url });
        await _abaco.RunAsync(actor, "x");

        await Until(
            async () =>
            {
                _time.Set(_time.GetUtcNow().AddMinutes(1));
                await SweepAsync();
                return _receiver.All.Count;
            },
            count => count == 4);

        Assert.Equal(
            ["ACTOR_READY", "ACTOR_READY", "ACTOR_READY", "EXECUTION_COMPLETE"], _receiver.All.Select(post => post["event_type"]));
        Assert.Single(_receiver.All.Take(3).Select(post => post.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task Webhook_FailingForADay_EventsAreDroppedAndLaterOnesArrive()
    {
        _receiver.Answer = _ => Task.FromResult(500);
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url });
        await _abaco.RunAsync(actor, "x");
        var key = actor.GetPrimaryKeyString();
        await Until(() => _abaco.Store.Outbox.ReadAsync(key, EventTarget.Webhook, 1), page => page!.Subscription.Attempts >= 1);

        _time.Set(Start.AddHours(25));
        await SweepAsync();
        await Until(() => _abaco.Store.Outbox.ReadAsync(key, EventTarget.Webhook, 1), page => page!.Events.Count == 0);
        _receiver.Answer = _ => Task.FromResult(200);
        var later = await _abaco.RunAsync(actor, "later");

        await Until(() => Task.FromResult(_receiver.All.Last()), post => post["execution_id"] == later.Key.ExecutionId);
    }

    [Fact]
    public async Task Webhook_ThatNeverAnswers_DelaysNobodyElse()
    {
        var reached = new TaskCompletionSource();
        await using var slow = await WebhookReceiver.StartAsync();
        var never = new TaskCompletionSource<int>();
        slow.Answer = _ =>
        {
            reached.TrySetResult();
            return never.Task;
        };
        var stuck = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = slow.Url });
        await _abaco.RunAsync(stuck, "x");
        await reached.Task;

        var listener = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url });
        await stuck.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", Webhook = slow.Url, Link = Id(listener) });
        await _abaco.RunAsync(actor, "x");
        await _abaco.RunAsync(stuck, "y");

        await Until(() => Task.FromResult(_receiver.All.Count), count => count == 2);
        await Until(() => ItemsAsync(listener), items => items.Count >= 1);
        never.SetResult(200);
    }

    [Fact]
    public async Task Webhook_Redirect_IsNotFollowed()
    {
        _receiver.Answer = _ => Task.FromResult(302);
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url });

        await Until(
            () => _abaco.Store.Outbox.ReadAsync(actor.GetPrimaryKeyString(), EventTarget.Webhook, 1), page => page is { Subscription.Attempts: >= 1 });

        Assert.All(_receiver.All, post => Assert.Equal("/hook", post.Path));
    }

    [Fact]
    public async Task Started_WhenAskedFor_ComesBeforeComplete()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url, StartedEvents = true });
        await _abaco.RunAsync(actor, "x");

        await Until(() => Task.FromResult(_receiver.All.Count), count => count == 3);

        Assert.Equal(["ACTOR_READY", "EXECUTION_STARTED", "EXECUTION_COMPLETE"], _receiver.All.Select(post => post["event_type"]));
    }

    [Fact]
    public async Task Error_BadImage_IsToldWithItsReason()
    {
        await _abaco.RegisterAsync(new ActorRequest { Image = "absent", Webhook = _receiver.Url });

        await Until(() => Task.FromResult(_receiver.All.Count), count => count == 1);

        var post = _receiver.All.Single();
        Assert.Equal(("ACTOR_ERROR", "ERROR"), (post["event_type"], post["status"]));
        Assert.Contains("no such image", post["status_message"]);
    }

    [Fact]
    public async Task Link_DeletedLater_EventsAreDropped()
    {
        var listener = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Link = Id(listener), Webhook = _receiver.Url });
        await listener.DeleteAsync(AbacoCluster.Alice);

        await _abaco.RunAsync(actor, "x");

        await Until(() => Task.FromResult(_receiver.All.Count), count => count == 2);
        await Until(
            () => _abaco.Store.Outbox.ReadAsync(actor.GetPrimaryKeyString(), EventTarget.Link, 1), page => page!.Events.Count == 0);
    }

    [Fact]
    public async Task Link_ReceivedTwice_IsOneExecution()
    {
        var listener = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var inbox = _abaco.Grains.GetGrain<IActorInbox>(listener.GetPrimaryKeyString());

        await inbox.ReceiveAsync("event1", "{}", "http://api");
        await _abaco.EndAsync(listener, "event1");
        await inbox.ReceiveAsync("event1", "{}", "http://api");

        Assert.Single(await ItemsAsync(listener));
        Assert.Equal(0, await listener.CountMessagesAsync(AbacoCluster.Alice));
    }

    [Fact]
    public async Task Update_LinkToItself_IsRefused()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        var refusal = await LinkAsync(actor, actor);

        Assert.Equal(RefusalKind.Invalid, refusal!.Kind);
        Assert.Contains("this update would result in a cycle of linked actors.", refusal.Message);
        Assert.Null((await actor.GetAsync(AbacoCluster.Alice)).Parameters.Link);
    }

    [Fact]
    public async Task Update_TwoLinksThatFormACycleTogether_OneIsRefused()
    {
        var one = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var other = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        var refusals = await Task.WhenAll(LinkAsync(one, other), LinkAsync(other, one));

        Assert.Single(refusals, refusal => refusal is null);
        Assert.Single(
            [await one.GetAsync(AbacoCluster.Alice), await other.GetAsync(AbacoCluster.Alice)], shown => shown.Parameters.Link is null);
    }

    [Fact]
    public async Task Register_LinkWithoutExecuteOrUnknown_IsRefused()
    {
        var listener = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var catalog = _abaco.Grains.GetGrain<ICatalogGrain>(0);

        var forbidden = await Assert.ThrowsAsync<AbacoException>(
            () => catalog.RegisterAsync(AbacoCluster.Bob, new ActorRequest { Image = "echo", Link = Id(listener) }));
        var stranger = await Assert.ThrowsAsync<AbacoException>(
            () => catalog.RegisterAsync(AbacoCluster.Alice with { Tenant = "other" }, new ActorRequest { Image = "echo", Link = Id(listener) }));
        var unknown = await Assert.ThrowsAsync<AbacoException>(() => _abaco.RegisterAsync(new ActorRequest { Image = "echo", Link = "nobody" }));

        Assert.Equal(RefusalKind.NotAuthorized, forbidden.Kind);
        Assert.Equal(RefusalKind.Invalid, stranger.Kind);
        Assert.StartsWith("link: no actor or alias found", unknown.Message);
    }

    [Fact]
    public async Task Link_ByAlias_FollowsTheAlias()
    {
        var one = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var other = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await Alias("listener").CreateAsync(AbacoCluster.Alice, Key(one));
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Link = "listener" });
        await Until(() => ItemsAsync(one), items => items.Count == 1);

        await Alias("listener").UpdateAsync(AbacoCluster.Alice, Key(other));
        var ended = await _abaco.RunAsync(actor, "x");

        var item = Assert.Single(await Until(() => ItemsAsync(other), items => items.Count == 1));
        var received = await _abaco.EndAsync(other, item.ExecutionId);
        Assert.Equal(ended.Key.ExecutionId, JsonDocument.Parse(received.Message).RootElement.GetProperty("execution_id").GetString());
        Assert.Single(await ItemsAsync(one));
        Assert.Equal("listener", (await actor.GetAsync(AbacoCluster.Alice)).Parameters.Link);
    }

    [Fact]
    public async Task Link_AliasPointedBack_EventsAreDroppedInsteadOfGoingRound()
    {
        var listener = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await Alias("listener").CreateAsync(AbacoCluster.Alice, Key(listener));
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Link = "listener" });
        await Until(() => ItemsAsync(listener), items => items.Count == 1);

        await Alias("listener").UpdateAsync(AbacoCluster.Alice, Key(actor));
        await _abaco.RunAsync(actor, "x");

        await Until(
            () => _abaco.Store.Outbox.ReadAsync(actor.GetPrimaryKeyString(), EventTarget.Link, 1), page => page!.Events.Count == 0);
        Assert.Single(await ItemsAsync(actor));
    }

    [Fact]
    public async Task Update_AliasOfOneself_IsACycle()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await Alias("me").CreateAsync(AbacoCluster.Alice, Key(actor));

        var refusal = await Assert.ThrowsAsync<AbacoException>(
            () => actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", Link = "me" }));

        Assert.Contains("cycle of linked actors", refusal.Message);
    }

    [Fact]
    public async Task Get_Reader_DoesNotSeeTheSecret()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = _receiver.Url });
        await actor.SetPermissionAsync(AbacoCluster.Alice, "bob", Access.PermissionLevel.Read);

        Assert.Null((await actor.GetAsync(AbacoCluster.Bob)).WebhookSecret);
        Assert.NotNull((await actor.GetAsync(AbacoCluster.Alice)).WebhookSecret);
    }

    [Theory]
    [InlineData("ftp://here/")]
    [InlineData("here/hook")]
    [InlineData("http://")]
    public async Task Register_BadWebhook_IsRefused(string url)
    {
        var refusal = await Assert.ThrowsAsync<AbacoException>(() => _abaco.RegisterAsync(new ActorRequest { Image = "echo", Webhook = url }));

        Assert.StartsWith("webhook: ", refusal.Message);
    }

    [Fact]
    public async Task Get_NoWebhook_ShowsNoSecret()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        Assert.Null((await actor.GetAsync(AbacoCluster.Alice)).WebhookSecret);
    }

    private static string Id(IActorGrain actor) => Key(actor).ActorId;

    private static ActorKey Key(IActorGrain actor) => ActorKey.Parse(actor.GetPrimaryKeyString());

    private IAliasGrain Alias(string name) => _abaco.Grains.GetGrain<IAliasGrain>(new AliasKey("dev", name).ToString());

    private static string Signature(string secret, WebhookReceiver.Posted post)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{post.Headers["webhook-id"]}.{post.Headers["webhook-timestamp"]}.{post.Body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    private static async Task<AbacoException?> LinkAsync(IActorGrain actor, IActorGrain target)
    {
        try
        {
            await actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", Link = Id(target) });
            return null;
        }
        catch (AbacoException refusal)
        {
            return refusal;
        }
    }

    private Task SweepAsync() => _abaco.Service<Sweeper>().RunOnceAsync();

    private static async Task<IReadOnlyList<ExecutionItem>> ItemsAsync(IActorGrain actor) =>
        (await actor.ListExecutionsAsync(AbacoCluster.Alice)).Items;

    /// <summary>Asks again until the answer fits; the patience is two minutes.</summary>
    private static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var answer = await ask();
            if (fits(answer))
                return answer;
            await Task.Delay(20, patience.Token);
        }
    }
}
