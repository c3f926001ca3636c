using Abaco.Access;
using Abaco.Actors;

namespace Abaco.Grains.Tests.Actors;

/// <summary>rest-api.md, Actors: each parameter's rule, and what POST and PUT make of absent ones.</summary>
public sealed class ActorRulesTests
{
    private static readonly Caller User = new("dev", "alice", ["Internal/abaco-user"], "http://127.0.0.1:8000");
    private static readonly Caller Privileged = User with { Roles = [Caller.PrivilegedRole] };
    private static readonly ActorDefaults Defaults = new() { Queues = ["default", "gpu"] };
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly ActorRequest Least = new() { Image = "repo/image" };

    public static TheoryData<string, ActorRequest> Broken => new()
    {
        { "image: required", Least with { Image = null } },
        { "image: required", Least with { Image = " " } },
        { "image: not a valid image reference", Least with { Image = "Repo/Image" } },
        { "image: not a valid image reference", Least with { Image = "repo/image:" } },
        { "image: not a valid image reference", Least with { Image = "repo image" } },
        { "image: not a valid image reference", Least with { Image = "-repo" } },
        { "image: not a valid image reference", Least with { Image = new string('a', 513) } },
        { "name: must have 1 to 256 characters.", Least with { Name = "" } },
        { "name: must have 1 to 256 characters.", Least with { Name = new string('n', 257) } },
        { "name: must hold no NUL", Least with { Name = "a\0" } },
        { "description: must hold no NUL", Least with { Description = "\0" } },
        { "type: must hold no NUL", Least with { Type = "\0" } },
        { "description: must have at most 16384 characters.", Least with { Description = new string('d', 16_385) } },
        { "type: must have at most 256 characters.", Least with { Type = new string('t', 257) } },
        { "hints: at most 100.", Least with { Hints = [.. Enumerable.Repeat("h", 101)] } },
        { "hints: each must be a simple string", Least with { Hints = ["ok", ""] } },
        { "hints: each must be a simple string", Least with { Hints = ["a'b"] } },
        { "hints: each must be a simple string", Least with { Hints = ["a\"b"] } },
        { "hints: each must be a simple string", Least with { Hints = ["{"] } },
        { "hints: each must be a simple string", Least with { Hints = ["]"] } },
        { "max_workers: must be a whole number of at least 1.", Least with { MaxWorkers = 0 } },
        { "max_workers: stateful actors can only have 1 worker.", Least with { MaxWorkers = 2, Stateless = false } },
        { "max_cpus: must be nanocpus", Least with { MaxCpus = 0 } },
        { "max_cpus: must be nanocpus", Least with { MaxCpus = -2 } },
        { "mem_limit: must be a size", Least with { MemLimit = "much" } },
        { "mem_limit: must be a size", Least with { MemLimit = "5m" } },
        { "log_ex: must be a whole number of seconds", Least with { LogEx = 0 } },
        { "max_run_time: must be a whole number of seconds", Least with { MaxRunTime = 0 } },
        { "max_retries: must be a whole number from 0 to 10.", Least with { MaxRetries = -1 } },
        { "max_retries: must be a whole number from 0 to 10.", Least with { MaxRetries = 11 } },
        { "queue: Invalid queue name.", Least with { Queue = "nowhere" } },
        { "default_environment: must be a JSON object.", Least with { DefaultEnvironmentJson = "[]" } },
        { "default_environment: must be a JSON object.", Least with { DefaultEnvironmentJson = "{" } },
        { "default_environment: names must not be empty", Least with { DefaultEnvironmentJson = "{\"\":1}" } },
        { "default_environment: names must not be empty", Least with { DefaultEnvironmentJson = "{\"a=b\":1}" } },
        { "default_environment: names must not be empty", Least with { DefaultEnvironmentJson = "{\"a\\u0000\":1}" } },
        { "default_environment: the value of a must hold no NUL", Least with { DefaultEnvironmentJson = "{\"a\":\"\\u0000\"}" } },
        { "default_environment: must be valid Unicode", Least with { DefaultEnvironmentJson = "{\"a\":\"\\ud800\"}" } },
        { "default_environment: must be valid Unicode", Least with { DefaultEnvironmentJson = "{\"a\":[{\"b\":\"\\ud800\"}]}" } },
        { "default_environment: must be valid Unicode", Least with { DefaultEnvironmentJson = "{\"\\ud800\":1}" } },
        { "default_environment: a is too large", Least with { DefaultEnvironmentJson = $"{{\"a\":\"{new string('é', 65_535)}\"}}" } },
        { "default_environment: may have at most 262144 characters.", Least with { DefaultEnvironmentJson = $"{{\"a\":1{new string(' ', 262_144)}}}" } },
    };

    public static TheoryData<ActorRequest> Good =>
    [
        Least with { Image = "image" }, Least with { Image = "127.0.0.1:5000/a/b:tag@sha256:0123456789abcdef0123456789abcdef" },
        Least with { Image = "Host.Example:5000/a__b-c.d/e:T.a-g_1" }, Least with { Image = "[::1]:5000/a" },
        Least with { Name = new string('n', 256), Description = "", Type = "", Hints = ["sync", "json", "any thing"] },
        Least with { MaxWorkers = 1, Stateless = false }, Least with { MaxWorkers = 10_000, MaxCpus = -1, MemLimit = "-1", LogEx = 1, MaxRunTime = 1 },
        Least with { MaxRetries = 10, Queue = "gpu", Privileged = true, UseContainerUid = true, LogEx = int.MaxValue },
        Least with { DefaultEnvironmentJson = "{}" }, Least with { DefaultEnvironmentJson = "{\"PATH\":null,\"a\":[1,{\"b\":\"\\u0000\"}],\"c d\":\"\"}" },
        Least with { DefaultEnvironmentJson = $"{{\"a\":\"{new string('é', 65_534)}\"}}" },
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void Create_BrokenRule_IsNamed(string refusal, ActorRequest request)
    {
        var thrown = Assert.Throws<AbacoException>(() => ActorRules.Create(Privileged, request, Defaults, Now));
        Assert.Equal(RefusalKind.Invalid, thrown.Kind);
        Assert.StartsWith(refusal, thrown.Message);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Create_GoodRequest_IsKeptAsGiven(ActorRequest request)
    {
        var shown = ActorRules.ToParameters(ActorRules.Create(Privileged, request, Defaults, Now));
        foreach (var property in typeof(ActorRequest).GetProperties())
            if (property.GetValue(request) is { } given)
                Assert.Equal(given, property.GetValue(shown));
    }

    [Fact]
    public void Create_SeveralBrokenRules_AreAllNamed()
    {
        var thrown = Assert.Throws<AbacoException>(() => ActorRules.Create(Privileged, Least with { MaxCpus = 0, MaxRetries = 11 }, Defaults, Now));
        Assert.Contains("max_cpus: ", thrown.Message);
        Assert.Contains("max_retries: ", thrown.Message);
    }

    [Fact]
    public void Create_LeastRequest_HasTheDefaults() => Assert.Equal(
        Least with
        {
            Stateless = true,
            Type = "none",
            Hints = [],
            Privileged = false,
            UseContainerUid = false,
            DefaultEnvironmentJson = "{}",
            Queue = "default",
            LogEx = 43_200,
            CronOn = false,
            StartedEvents = false,
            MaxRetries = 0,
        },
        ActorRules.ToParameters(ActorRules.Create(User, Least, Defaults, Now)));

    public static TheoryData<string, ActorRequest> Guarded => new()
    {
        { "privileged", Least with { Privileged = true } },
        { "max_workers", Least with { MaxWorkers = 1 } },
        { "max_cpus", Least with { MaxCpus = 1 } },
        { "mem_limit", Least with { MemLimit = "1g" } },
        { "queue", Least with { Queue = "gpu" } },
        { "use_container_uid", Least with { UseContainerUid = true } },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public void Create_GuardedParameter_NeedsThePrivilegedRole(string field, ActorRequest request)
    {
        var guarded = Defaults with { User = "1000:1000" };
        var thrown = Assert.Throws<AbacoException>(() => ActorRules.Create(User, request, guarded, Now));
        Assert.Equal((RefusalKind.NotAuthorized, $"Not authorized -- only privileged users can set the {field} parameter."), (thrown.Kind, thrown.Message));
        ActorRules.Create(Privileged, request, guarded, Now);
        ActorRules.Create(User with { Roles = [Caller.AdminRole] }, request, guarded, Now);
    }

    [Fact]
    public void Create_HarmlessValuesOfGuardedParameters_NeedNoRole() =>
        ActorRules.Create(User, Least with { Privileged = false, Queue = "default", UseContainerUid = true }, Defaults, Now);

    [Fact]
    public void Update_AbsentParameters_FallBackButNameAndStatelessStay()
    {
        var current = ActorRules.Create(
            Privileged, Least with { Name = "mine", Stateless = false, Description = "d", Hints = ["json"], LogEx = 5, Queue = "gpu", MaxRetries = 3 }, Defaults, Now);
        var next = ActorRules.Update(User, current, new ActorRequest { Image = "other", Name = "ignored" }, Defaults, Now);
        Assert.Equal(ActorRules.Create(User, Least with { Image = "other", Name = "mine", Stateless = false }, Defaults, Now), next);
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    [InlineData(false, null, false)]
    [InlineData(false, false, false)]
    public void Update_Stateless_MayOnlyBecomeFalse(bool now, bool? asked, bool then)
    {
        var current = ActorRules.Create(User, Least with { Stateless = now }, Defaults, Now);
        Assert.Equal(then, ActorRules.Update(User, current, Least with { Stateless = asked }, Defaults, Now).Stateless);
    }

    [Fact]
    public void Update_StatefulActor_KeepsItsRules()
    {
        var current = ActorRules.Create(User, Least with { Stateless = false }, Defaults, Now);
        var thrown = Assert.Throws<AbacoException>(() => ActorRules.Update(User, current, Least with { Stateless = true }, Defaults, Now));
        Assert.Equal("stateless: a stateful actor cannot become stateless.", thrown.Message);
        thrown = Assert.Throws<AbacoException>(() => ActorRules.Update(Privileged, current, Least with { MaxWorkers = 2 }, Defaults, Now));
        Assert.StartsWith("max_workers: stateful", thrown.Message);
        Assert.Throws<AbacoException>(() => ActorRules.Update(User, current, new ActorRequest(), Defaults, Now));
    }

    [Theory]
    [InlineData("a", "a", false, false)]
    [InlineData("a", "a", true, true)]
    [InlineData("a", "a:latest", false, true)]
    public void NeedsNewRevision_NewImageOrForce(string before, string after, bool force, bool expected) => Assert.Equal(
        expected, ActorRules.NeedsNewRevision(new ActorDefinition { Image = before }, new ActorDefinition { Image = after }, force));

    [Theory]
    [InlineData("-1", null)]
    [InlineData("6m", 6L << 20)]
    [InlineData("512m", 512L << 20)]
    [InlineData(" 512MB ", 512L << 20)]
    [InlineData("3g", 3L << 30)]
    [InlineData("8192k", 8L << 20)]
    [InlineData("6291456", 6L << 20)]
    [InlineData("6291456b", 6L << 20)]
    [InlineData("8589934591g", 8589934591L << 30)]
    public void TryParse_MemoryLimit_IsRead(string text, long? bytes)
    {
        Assert.True(MemoryLimit.TryParse(text, out var read));
        Assert.Equal(bytes, read);
        Assert.Equal(bytes, MemoryLimit.ParseBytes(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("mb")]
    [InlineData("m")]
    [InlineData("-2")]
    [InlineData("+8m")]
    [InlineData("1.5g")]
    [InlineData("8 m")]
    [InlineData("8t")]
    [InlineData("5m")]
    [InlineData("6291455")]
    [InlineData("8589934592g")]
    [InlineData("99999999999999999999m")]
    public void TryParse_NoMemoryLimit_IsRefused(string text)
    {
        Assert.False(MemoryLimit.TryParse(text, out _));
        Assert.Throws<AbacoException>(() => MemoryLimit.ParseBytes(text));
    }
}
