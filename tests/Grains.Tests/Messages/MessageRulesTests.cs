using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Grains.Tests.Messages;

public sealed class MessageRulesTests
{
    private const int LongestMessage = EnvironmentRules.LongestEntryBytes - 4; // "MSG=" takes the rest
    private const int LongestState = EnvironmentRules.LongestEntryBytes - 19;  // "_abaco_actor_state="

    [Theory]
    [InlineData(MessageKind.Text, "hello", null)]
    [InlineData(MessageKind.Text, "", "message: must not be empty.")]
    [InlineData(MessageKind.Text, "a\0b", "message: must hold no NUL character.")]
    [InlineData(MessageKind.Json, "{\"a\":1}", null)]
    [InlineData(MessageKind.Json, "{\"a\":", "message: must be valid JSON, nested at most 256 deep.")]
    [InlineData(MessageKind.Json, "[\"\\ud800\"]", "message: must be valid Unicode; a string holds half of a surrogate pair.")]
    [InlineData(MessageKind.Json, "\"a\\u0000b\"", "message: must hold no NUL character.")]
    [InlineData(MessageKind.Json, "[\"a\\u0000b\"]", null)]
    [InlineData(MessageKind.Binary, "", "message: a binary message names its upload.")]
    public void Check_Text_NamesTheBrokenRule(MessageKind kind, string text, string? refusal) => Expect(refusal, () => Check(kind, text));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Check_JsonNestedTooDeeply_IsRefusedHoweverSmall(bool asPython)
    {
        var encoding = asPython ? ObjectEncoding.Python : ObjectEncoding.Json;
        var json = new string('[', 257) + new string(']', 257);
        Expect("message: must be valid JSON, nested at most 256 deep.", () => Check(MessageKind.Json, json, encoding));
        Expect(null, () => Check(MessageKind.Json, json[1..^1], encoding));
    }

    [Theory]
    [InlineData(MessageKind.Text, 'x', 1)]
    [InlineData(MessageKind.Text, 'é', 2)]
    public void Check_LargestText_Fits(MessageKind kind, char letter, int bytes)
    {
        Expect(null, () => Check(kind, new string(letter, LongestMessage / bytes)));
        ExpectTooLarge("MSG", () => Check(kind, new string(letter, (LongestMessage / bytes) + 1)));
    }

    [Fact]
    public void Check_HalfSurrogateInTheText_NamesTheField()
    {
        // Not as data of a test case: those travel as UTF-8, which cannot hold it.
        var half = ((char)0xD800).ToString();
        Expect("message: must be valid Unicode; it holds half of a surrogate pair.", () => Check(MessageKind.Text, half));
        Expect("message: must be valid Unicode; a string holds half of a surrogate pair.", () => Check(MessageKind.Json, $"[\"{half}\"]"));
        Expect("a: must be valid Unicode", () => Check([new("a", half)]));
    }

    [Fact]
    public void Check_JsonThatGrowsAsPython_IsMeasuredAsWritten()
    {
        // A no-break space is two bytes of JSON and four as '\xa0'.
        var json = "[\"" + new string('\u00a0', 40_000) + "\"]";
        ExpectTooLarge("MSG", () => Check(MessageKind.Json, json));
        Expect(null, () => Check(MessageKind.Json, json, ObjectEncoding.Json));
    }

    [Theory]
    [InlineData("ok", "v", null)]
    [InlineData("", "v", "query parameters: ")]
    [InlineData("a=b", "v", "query parameters: ")]
    [InlineData("a\0", "v", "query parameters: ")]
    [InlineData("a", "v\0", "query parameters: ")]
    public void Check_Parameters_NamesTheBrokenRule(string name, string value, string? refusal) => Expect(refusal, () => Check([new(name, value)]));

    [Fact]
    public void Check_ParametersTooLarge_NamesOneOrAll()
    {
        ExpectTooLarge("big", () => Check([new("big", new string('x', EnvironmentRules.LongestEntryBytes))]));
        var many = Enumerable.Range(0, 10).Select(i => new KeyValuePair<string, string>($"p{i}", new string('x', 100_000)));
        Expect("query parameters: together they may hold 983040 bytes", () => Check([.. many]));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("0", null)]
    [InlineData("\"text\"", null)]
    [InlineData("", "state: must not be empty.")]
    [InlineData(" null ", "state: must not be empty.")]
    [InlineData("{", "state: must be valid JSON")]
    [InlineData("{\"a\":\"\\udfff\"}", "state: must be valid Unicode")]
    [InlineData("\"\\u0000\"", "state: must hold no NUL character.")]
    public void CheckState_NamesTheBrokenRule(string json, string? refusal) => Expect(refusal, () => MessageRules.CheckState(json, ObjectEncoding.Python));

    [Fact]
    public void CheckState_NestingAndSize_AreThoseOfTheVariable()
    {
        var deep = new string('[', 256) + new string(']', 256);
        Expect(null, () => MessageRules.CheckState(deep, ObjectEncoding.Python));
        Expect("state: must be valid JSON, nested at most 256 deep.", () => MessageRules.CheckState($"[{deep}]", ObjectEncoding.Json));
        Expect(null, () => MessageRules.CheckState($"\"{new string('x', LongestState)}\"", ObjectEncoding.Python));
        Expect("state: too large; with the name of its variable it may have 131071 bytes", () => MessageRules.CheckState($"\"{new string('x', LongestState + 1)}\"", ObjectEncoding.Python));
    }

    private static void Check(MessageKind kind, string text, ObjectEncoding encoding = ObjectEncoding.Python) =>
        MessageRules.Check(new MessageRequest { Kind = kind, Text = text, ContentType = "str" }, encoding);

    private static void Check(IEnumerable<KeyValuePair<string, string>> parameters) => MessageRules.Check(
        new MessageRequest { Kind = MessageKind.Text, Text = "x", ContentType = "str", Parameters = new Dictionary<string, string>(parameters) },
        ObjectEncoding.Python);

    private static void ExpectTooLarge(string variable, Action check) =>
        Expect($"{(variable == "MSG" ? "message" : variable)}: too large; one environment variable, {variable}, holds at most 131071 bytes", check);

    private static void Expect(string? refusal, Action check)
    {
        if (refusal is null)
            check();
        else
            Assert.StartsWith(refusal, Assert.Throws<AbacoException>(check).Message);
    }
}
