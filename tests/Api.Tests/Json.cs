using System.Text.Json;
using System.Text.Json.Nodes;

namespace Abaco.Api.Tests;

/// <summary>Compares JSON by value; the order of an object's fields does not count.</summary>
internal static class Json
{
    public static void Same(string expected, JsonElement actual) => Same(expected, JsonNode.Parse(actual.GetRawText()));

    public static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected.ReplaceLineEndings("")}\nbut was  {actual?.ToJsonString()}");

    /// <summary>Some fields of an object.</summary>
    public static JsonNode Only(JsonElement value, params string[] names) =>
        new JsonObject(names.Select(name => KeyValuePair.Create(name, JsonNode.Parse(value.GetProperty(name).GetRawText()))));

    /// <summary>All fields of an object but some, which must be there.</summary>
    public static JsonNode Without(JsonElement value, params string[] names)
    {
        var node = JsonNode.Parse(value.GetRawText())!.AsObject();
        Assert.All(names, name => Assert.True(node.Remove(name), name));
        return node;
    }
}
