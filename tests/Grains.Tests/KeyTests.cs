namespace Abaco.Grains.Tests;

public sealed class KeyTests
{
    [Fact]
    public void New_Ids_LookLikeIdsAndDiffer()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => HashIds.New()).ToList();
        Assert.All(ids, id => Assert.True(id.Length >= 13 && id.All(char.IsAsciiLetterOrDigit) && HashIds.LooksLikeId(id), id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("my-favourite-alias")]
    [InlineData("averyordinaryname")]
    [InlineData("0000000000000")]
    [InlineData("ééééééééééééé")]
    public void LooksLikeId_OrdinaryName_DoesNot(string name) => Assert.False(HashIds.LooksLikeId(name));

    [Theory]
    [InlineData("dev_A1", "dev", "A1")]
    [InlineData("with_under_A1", "with_under", "A1")]
    [InlineData("a.b-c_A1", "a.b-c", "A1")]
    public void Parse_ActorKey_IsReadFromTheRight(string text, string tenant, string id)
    {
        var key = ActorKey.Parse(text);
        Assert.Equal((tenant, id, text), (key.Tenant, key.ActorId, key.ToString()));
        var execution = ExecutionKey.Parse(text + "_E1");
        Assert.Equal((key, "E1", text + "_E1"), (execution.Actor, execution.ExecutionId, execution.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A1")]
    [InlineData("_A1")]
    [InlineData("dev_")]
    public void Parse_NoKey_SaysSo(string text)
    {
        Assert.Throws<FormatException>(() => ActorKey.Parse(text));
        Assert.Throws<FormatException>(() => ExecutionKey.Parse(text + "_E1"));
    }
}
