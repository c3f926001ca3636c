using Abaco.Access;
using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Grains.Tests.Store;

public sealed class GrainStateJsonTests
{
    private readonly GrainStateJson _json = new();

    [Fact]
    public void Serialize_ActorState_ReadsBackTheSame()
    {
        var state = new ActorState
        {
            Owner = "alice",
            Permissions = { ["alice"] = PermissionLevel.Update, [Caller.World] = PermissionLevel.Read },
            Definition = new ActorDefinition { Image = "a<b>&'é\"", Hints = ["sync"], DefaultEnvironmentJson = "{\"k\":\"\\u0000\"}", MaxCpus = 1L << 40 },
            Revision = 7,
            StateJson = "{\"n\":1e400}",
            Created = DateTimeOffset.UnixEpoch.AddTicks(123_456_789),
        };
        var text = _json.Serialize(state);
        var read = _json.Deserialize<ActorState>(text)!;
        Assert.Equal(text.ToString(), _json.Serialize(read).ToString());
        Assert.Equal((state.Owner, state.StateJson, state.Created, 7), (read.Owner, read.StateJson, read.Created, read.Revision));
        Assert.Equal(state.Permissions, read.Permissions);
        Assert.Equal(state.Definition.Image, read.Definition!.Image);
    }

    [Fact]
    public void Serialize_IsPlainJsonThatListsCanSearch()
    {
        var text = _json.Serialize(new ActorState { Permissions = { ["bob"] = PermissionLevel.Execute } }).ToString();
        Assert.Contains("\"Permissions\":{\"bob\":2}", text);
        Assert.DoesNotContain("$", text);
    }

    [Fact]
    public void Deserialize_KeysInAnotherOrderOrUnknown_AreRead()
    {
        var read = _json.Deserialize<ActorState>(BinaryData.FromString("{\"Later\":1,\"Revision\":3,\"Owner\":\"x\"}"))!;
        Assert.Equal(("x", 3, "{}"), (read.Owner, read.Revision, read.StateJson));
        Assert.Null(_json.Deserialize<ActorState>(null));
    }
}
