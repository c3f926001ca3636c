using Abaco.Messages;
using Abaco.Store;

namespace Abaco.Grains.Tests;

public sealed class IdempotencyRulesTests
{
    private static readonly MessageRequest Plain = new() { Kind = MessageKind.Text, Text = "ab", ContentType = "str" };

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("schlüssel")]
    [InlineData("tab\t")]
    public void Row_BadKey_IsRefused(string key)
    {
        var refusal = Assert.Throws<AbacoException>(() => Row(key, Plain));

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Contains("Idempotency-Key", refusal.Message);
    }

    [Fact]
    public void Row_LongestKey_IsTakenAndOneMoreIsNot()
    {
        Assert.NotNull(Row(new string('k', 255), Plain));
        Assert.Throws<AbacoException>(() => Row(new string('k', 256), Plain));
    }

    [Fact]
    public void Row_NoKey_IsNull() => Assert.Null(IdempotencyRules.Row(null, [Plain], TemporaryStore.Now));

    [Fact]
    public void Row_SameContent_HasTheSameDigestWhoeverWaits()
    {
        var parameters = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" };
        var reversed = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };

        Assert.Equal(
            Row("k", Plain with { Parameters = parameters }).Digest,
            Row("k", Plain with { Parameters = reversed, Synchronous = true, UploadId = "other" }).Digest);
    }

    [Fact]
    public void Row_AnyOtherContent_HasAnotherDigest()
    {
        string[] digests =
        [
            Row("k", Plain).Digest,
            Row("k", Plain with { Text = "ac" }).Digest,
            Row("k", Plain with { Kind = MessageKind.Json }).Digest,
            Row("k", Plain with { ContentType = "application/json" }).Digest,
            Row("k", Plain with { UploadDigest = "00" }).Digest,
            Row("k", Plain with { Parameters = new Dictionary<string, string> { ["a"] = "1" } }).Digest,
            Row("k", Plain, Plain).Digest,
            Row("k", Plain with { Text = "a" }, Plain with { Text = "b" }).Digest,
        ];

        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    private static KeyRow Row(string key, params MessageRequest[] messages) => IdempotencyRules.Row(key, messages, TemporaryStore.Now)!;
}
