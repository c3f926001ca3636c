using Abaco.Actors;
using Abaco.Docker.Tests.Engine;
using Abaco.Executions;
using Abaco.Messages;
using Abaco.Silo.Workers;
using Abaco.Workers;

namespace Abaco.Docker.Tests;

/// <summary>What a container reads in its environment (container-contract.md, Environment).</summary>
public sealed class EnvironmentTests : DockerTest
{
    [Fact]
    public async Task Environment_AllSources_LaterRowsWin()
    {
        var image = await TestImages.SmallAsync("environment", "ENV A=image B=image C=image D=image _abaco_username=image\nCMD [\"/bin/env\"]\n");
        var (_, log) = await RunAsync(Order(
            new ActorRequest { Image = image, Name = "counter", DefaultEnvironmentJson = """{"B":"actor","C":"actor","MSG":"actor"}""" },
            Text("first\nsecond") with { Parameters = new Dictionary<string, string> { ["C"] = "message", ["_abaco_username"] = "mallory" } }));

        var lines = log.Split('\n');
        Assert.Contains("A=image", lines);
        Assert.Contains("B=actor", lines);
        Assert.Contains("C=message", lines);
        Assert.Contains("D=image", lines);
        Assert.Contains("MSG=first", lines);
        Assert.Contains("_abaco_username=alice", lines);
        Assert.Contains("_abaco_actor_name=counter", lines);
        Assert.Contains("_abaco_actor_revision=3", lines);
        Assert.Contains("_abaco_Content-Type=str", lines);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public async Task Environment_NullDefault_RemovesImagesVariable()
    {
        var image = await TestImages.SmallAsync("environment", "ENV A=image B=image C=image D=image _abaco_username=image\nCMD [\"/bin/env\"]\n");
        var (_, log) = await RunAsync(Order(new ActorRequest { Image = image, DefaultEnvironmentJson = """{"A":null,"B":""}""" }, Text("x")));

        Assert.DoesNotContain(log.Split('\n'), line => line == "A" || line.StartsWith("A=", StringComparison.Ordinal));
        Assert.Contains("B=", log.Split('\n'));
    }

    [Fact]
    public async Task Environment_Objects_ArePythonLiterals()
    {
        var order = Order(
            new ActorRequest
            {
                Image = await TestImages.SmallAsync(),
                DefaultEnvironmentJson = """{"FLAG":true,"MAP":{"a":1,"b":[null,1.5,"it's"]}}""",
            },
            Text("echo \"$FLAG|$MAP|$_abaco_actor_state\""));

        var (_, log) = await RunAsync(order);

        Assert.Equal("""True|{'a': 1, 'b': [None, 1.5, "it's"]}|{'count': 7, 'done': False}""" + "\n", log);
    }

    [Fact]
    public async Task Environment_JsonMessage_IsPythonLiteral()
    {
        var image = await TestImages.ScratchAsync("args", "ENTRYPOINT [\"/probe\"]\nCMD [\"args\"]\n");
        var message = new MessageRequest { Kind = MessageKind.Json, Text = """{"ok":true,"n":null}""", ContentType = "application/json" };

        var (_, log) = await RunAsync(Order(new ActorRequest { Image = image }, message));

        Assert.Contains("MSG={'ok': True, 'n': None}\n", log);
    }

    [Fact]
    public async Task Environment_NewlinesAndUnicode_ArriveUnchanged()
    {
        const string Value = "first\nsecond = \"x\"\n\té€😀 $HOME `id` 'quoted'\\";
        var (_, log) = await RunAsync(await OrderAsync("echo \"<$TEXT>\"", $"TEXT={Value}"));

        Assert.Equal($"<{Value}>\n", log);
    }

    [Fact]
    public async Task Environment_LargestVariable_ArrivesWhole()
    {
        var value = new string('x', EnvironmentRules.LongestEntryBytes - "BIG=".Length);
        var (exited, log) = await RunAsync(await OrderAsync("echo ${#BIG}", $"BIG={value}"));

        Assert.Equal(0, exited.ExitCode);
        Assert.Equal($"{value.Length}\n", log);
    }

    private static MessageRequest Text(string script) => new() { Kind = MessageKind.Text, Text = script, ContentType = "str" };

    /// <summary>The order that a worker would make.</summary>
    private ContainerOrder Order(ActorRequest actor, MessageRequest message) => new OrderRules(Options, new ActorDefaults()).Make(
        new WorkOrder
        {
            Execution = new ExecutionKey(new ActorKey("dev", HashIds.New()), HashIds.New()),
            Attempt = 1,
            Message = message,
            Executor = "alice",
            ApiServer = "http://127.0.0.1:8000",
            Actor = actor,
            Owner = "alice",
            Revision = 3,
            StateJson = """{"count":7,"done":false}""",
        },
        new WorkerRef(HashIds.New(), HostId, "127.0.0.1", "unix:///var/run/docker.sock", SiloAddress.Zero, 3),
        new EngineFacts("engine", "unix:///var/run/docker.sock", null),
        bodies: null!,
        configsJson: "{}");
}
