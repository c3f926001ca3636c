using System.Text.Json;
using Abaco.Access;
using Abaco.Store;

namespace Abaco.Grains.Tests.Access;

public sealed class PermissionTableTests
{
    private static readonly Caller Alice = new("dev", "alice", ["Internal/abaco-user"], "http://localhost");

    [Theory]
    [InlineData(PermissionLevel.None, PermissionLevel.None, PermissionLevel.None)]
    [InlineData(PermissionLevel.Read, PermissionLevel.None, PermissionLevel.Read)]
    [InlineData(PermissionLevel.None, PermissionLevel.Execute, PermissionLevel.Execute)]
    [InlineData(PermissionLevel.Update, PermissionLevel.Read, PermissionLevel.Update)]
    public void LevelOf_OwnAndWorld_IsTheHigher(PermissionLevel own, PermissionLevel world, PermissionLevel expected)
    {
        var table = new PermissionTable { ["alice"] = own, [Caller.World] = world };

        Assert.Equal(expected, table.LevelOf(Alice));
    }

    [Fact]
    public void LevelOf_Stranger_IsNone() => Assert.Equal(PermissionLevel.None, PermissionTable.OwnedBy("bob").LevelOf(Alice));

    [Fact]
    public void LevelOf_Admin_IsUpdate() =>
        Assert.Equal(PermissionLevel.Update, new PermissionTable().LevelOf(Alice with { Roles = [Caller.AdminRole] }));

    [Theory]
    [InlineData("Internal/abaco-user")]
    [InlineData(Caller.AdminRole)]
    public void LevelOf_Capped_IsNeverMore(string role) =>
        Assert.Equal(PermissionLevel.Read, PermissionTable.OwnedBy("alice").LevelOf(Alice with { Roles = [role], Cap = PermissionLevel.Read }));

    [Fact]
    public void Demand_Below_RefusesWithText()
    {
        var refusal = Assert.Throws<AbacoException>(() => new PermissionTable().Demand(Alice, PermissionLevel.Read, "no"));

        Assert.Equal((RefusalKind.NotAuthorized, "no"), (refusal.Kind, refusal.Message));
    }

    [Fact]
    public void With_User_LeavesTheOldTable()
    {
        var before = PermissionTable.OwnedBy("alice");

        var after = before.With("bob", PermissionLevel.None);

        Assert.Equal(["alice"], before.Keys);
        Assert.Equal(["alice", "bob"], after.Keys.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void With_BadUser_IsRefused(string user) => Refused("user:", () => PermissionTable.OwnedBy("alice").With(user, PermissionLevel.Read));

    [Fact]
    public void With_LongUser_IsRefused() => Refused("user:", () => PermissionTable.OwnedBy("alice").With(new string('u', 129), PermissionLevel.Read));

    [Fact]
    public void With_FullTable_TakesNoNewUserButChangesOld()
    {
        var table = new PermissionTable();
        for (var i = 0; i < PermissionTable.MostUsers; i++)
            table[$"u{i}"] = PermissionLevel.Read;

        Refused("user:", () => table.With("new", PermissionLevel.Read));
        Assert.Equal(PermissionLevel.Update, table.With("u7", PermissionLevel.Update)["u7"]);
    }

    [Fact]
    public void Json_IsWhatListsReadInTheDatabase() =>
        Assert.Equal("""{"alice":3}""", JsonSerializer.Serialize(PermissionTable.OwnedBy("alice"), GrainStateJson.Options));

    private static void Refused(string start, Action act)
    {
        var refusal = Assert.Throws<AbacoException>(act);
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.StartsWith(start, refusal.Message);
    }
}
