using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Grains.Tests.Executions;

/// <summary>container-contract.md, Environment: what a container finds, and who wins.</summary>
public sealed class EnvironmentRulesTests
{
    private static readonly EnvironmentFacts Facts = new()
    {
        Execution = new ExecutionKey(new ActorKey("dev", "A1"), "E1"),
        WorkerId = "W1",
        Message = new MessageRequest { Kind = MessageKind.Text, Text = "hello", ContentType = "str" },
        Executor = "alice",
        ApiServer = "http://127.0.0.1:8000",
        ActorName = null,
        Image = "repo/image:1",
        Revision = 3,
        StateJson = "{}",
        DefaultEnvironmentJson = null,
        Encoding = ObjectEncoding.Python,
    };

    [Fact]
    public void Build_TextMessage_HasExactlyTheServicesVariables() => Assert.Equal(
        [
            "MSG=hello", "_abaco_Content_Type=str", "_abaco_Content-Type=str", "_abaco_execution_id=E1", "_abaco_actor_id=A1", "_abaco_actor_dbid=dev_A1",
            "_abaco_worker_id=W1", "_abaco_actor_name=None", "_abaco_container_repo=repo/image:1", "_abaco_actor_revision=3", "_abaco_actor_state={}",
            "_abaco_username=alice", "_abaco_api_server=http://127.0.0.1:8000", "_abaco_jwt_header_name=", "_abaco_access_token=", "_actor_configs={}",
        ],
        EnvironmentRules.Build(Facts));

    [Theory]
    [InlineData(MessageKind.Json, "{\"a\":true}", true, "{'a': True}")]
    [InlineData(MessageKind.Json, "{\"a\":true}", false, "{\"a\":true}")]
    [InlineData(MessageKind.Json, " \"bare\"", true, "bare")]
    [InlineData(MessageKind.Json, " \"bare\"", false, "bare")]
    [InlineData(MessageKind.Text, "{\"a\":true}", true, "{\"a\":true}")]
    [InlineData(MessageKind.Binary, "", true, null)]
    public void Build_Message_IsWrittenAsItsKindSays(MessageKind kind, string text, bool asPython, string? expected) =>
        Assert.Equal(expected, Value(Facts with { Encoding = asPython ? ObjectEncoding.Python : ObjectEncoding.Json, Message = Facts.Message with { Kind = kind, Text = text } }, "MSG"));

    [Theory]
    [InlineData("{\"v\":\"text\"}", "text")]
    [InlineData("{\"v\":true}", "True")]
    [InlineData("{\"v\":{\"a\":[1,null]}}", "{'a': [1, None]}")]
    [InlineData("{\"v\":1,\"v\":2}", "2")]
    public void Build_DefaultEnvironment_IsWrittenAsAbacoWritesIt(string json, string expected) =>
        Assert.Equal(expected, Value(Facts with { DefaultEnvironmentJson = json, Encoding = ObjectEncoding.Json }, "v"));

    [Fact]
    public void Build_NullDefault_RemovesTheImagesVariable() =>
        Assert.Equal("PATH", EnvironmentRules.Build(Facts with { DefaultEnvironmentJson = "{\"PATH\":null}" })[0]);

    [Fact]
    public void Build_MessagesParameter_WinsOverTheActors()
    {
        var message = Facts.Message with { Parameters = new Dictionary<string, string> { ["v"] = "message", ["w"] = "=" } };
        var entries = EnvironmentRules.Build(Facts with { DefaultEnvironmentJson = "{\"v\":\"actor\",\"w\":null}", Message = message });
        Assert.Equal(["v=message", "w=="], entries.Take(2));
    }

    [Theory]
    [InlineData("MSG")]
    [InlineData("_abaco_actor_id")]
    [InlineData("_abaco_made_up")]
    [InlineData("_actor_configs")]
    [InlineData("TRACEPARENT")]
    [InlineData("x-nonce")]
    public void Build_ReservedName_BelongsToTheService(string name)
    {
        var message = Facts.Message with { Parameters = new Dictionary<string, string> { [name] = "stolen" } };
        var entries = EnvironmentRules.Build(Facts with { DefaultEnvironmentJson = $"{{\"{name}\":\"stolen\"}}", Message = message });
        Assert.DoesNotContain(entries, entry => entry.Contains("stolen"));
        Assert.Equal(EnvironmentRules.Build(Facts), entries);
    }

    [Fact]
    public void Build_ReservedNameOfABinaryMessage_StaysAbsent()
    {
        var message = Facts.Message with { Kind = MessageKind.Binary, Text = "", Parameters = new Dictionary<string, string> { ["MSG"] = "stolen" } };
        Assert.Null(Value(Facts with { Message = message }, "MSG"));
    }

    [Fact]
    public void Build_OneVariableTooLarge_NamesIt()
    {
        var room = EnvironmentRules.LongestEntryBytes - "_abaco_actor_state=".Length;
        EnvironmentRules.Build(Facts with { StateJson = $"\"{new string('x', room)}\"" });
        var refusal = Assert.Throws<AbacoException>(() => EnvironmentRules.Build(Facts with { StateJson = $"\"{new string('x', room + 1)}\"" }));
        Assert.StartsWith("_abaco_actor_state: too large", refusal.Message);
    }

    [Fact]
    public void Build_AllTooLarge_NamesTheLimit()
    {
        var parameters = Enumerable.Range(0, 20).ToDictionary(i => $"p{i}", _ => new string('x', 100_000));
        var refusal = Assert.Throws<AbacoException>(() => EnvironmentRules.Build(Facts with { Message = Facts.Message with { Parameters = parameters } }));
        Assert.StartsWith("environment: all variables together may hold 1966080 bytes", refusal.Message);
    }

    private static string? Value(EnvironmentFacts facts, string name) =>
        EnvironmentRules.Build(facts).SingleOrDefault(entry => entry.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
}
