using System.Net;
using System.Text;

namespace Abaco.Api.Tests;

/// <summary>Bad input to messages and state: a defined status, the field and the rule named, nothing sent, the next message runs.</summary>
[Collection(SharedServer.Name)]
public sealed class BadMessageTests(AbacoServer server)
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string NotSerialized = "message POST body could not be serialized. Pass JSON data or use the message attribute.";
    private const string TooLarge = "message: too large; one environment variable, MSG, holds at most 131071 bytes (128 KiB)";
    private const string Nul = "message: must hold no NUL character.";
    private const string Unicode = "message: must be valid Unicode";

    public static TheoryData<string?, string, string, string> Messages => new()
    {
        { null, "", "", NotSerialized },
        { "text/plain", "just words", "", NotSerialized },
        { "application/json", "just words", "", NotSerialized },
        { "application/json", "null", "", NotSerialized },
        { "application/json", "  ", "", NotSerialized },
        { Form, "other=1", "", NotSerialized },
        { Form, "Message=wrong+case", "", NotSerialized },
        { Form, "", "?message=", NotSerialized },
        { Form, "message=", "", "message: must not be empty." },
        { "application/json", "{\"message\":\"\"}", "", "message: must not be empty." },
        { "application/json", "{\"message\":null}", "", "message: must not be empty." },
        { Form, "message=a%00b", "", Nul },
        { "application/json", "{\"message\":\"\\u0000\"}", "", Nul },
        { "application/json", "\"\\u0000\"", "", Nul },
        { Form, "", "?message=%00", Nul },
        { "application/json", "{\"message\":\"\\ud800\"}", "", Unicode },
        { "application/json", "{\"message\":[\"\\udc00\"]}", "", Unicode },
        { "application/json", "[\"\\ud800\\ud800\"]", "", Unicode },
        { "application/json", "\"\\udfff\"", "", Unicode },
        { Form, "message=a*131068", "", TooLarge },
        { Form, "message=ü*65534", "", TooLarge },
        { "application/json", "{\"message\":\"a*131068\"}", "", TooLarge },
        { "application/json", "[\"a*131064\"]", "", TooLarge },
        { "application/json", "[\"\u007f*40000\"]", "", TooLarge },
        { "text/plain", "1*131068", "", TooLarge },
        { Form, "message=a*1000000", "", "binary message (Content-Type: application/octet-stream)" },
        { Form, "message=x", "?=y", "query parameters: a name must not be empty" },
        { Form, "message=x", "?a%3Db=y", "query parameters: a name must not be empty" },
        { Form, "message=x", "?a%00=y", "query parameters: a name must not be empty" },
        { Form, "message=x", "?a=%00", "query parameters: a name must not be empty" },
        { Form, "message=x", "?_abaco_synchronous=maybe", "_abaco_synchronous: must be true or false." },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Send_BadMessage_Is400AndTheNextOneRuns(string? type, string body, string query, string rule)
    {
        var actor = await server.RegisterAsync("echo");

        (await server.PostAsync($"{actor}/messages{query}", Body.Of(Repeats.In(body), type))).Refuses(400, rule);

        Assert.Equal(0, (await server.GetAsync($"{actor}/executions")).Result.GetProperty("totalExecutions").GetInt32());
        Assert.Equal("next", (await server.RunAsync(actor, Body.Form(("message", "next")))).Message);
        server.AssertNoFailure();
    }

    public static TheoryData<string, string, int> LargestMessages => new()
    {
        { Form, "message=a*131067", 131_067 },
        { "application/json", "[\"a*131063\"]", 131_067 },
        { "application/json", "[*256]*256", 512 },
        { "application/json", "{\"message\":[*255]*255}", 510 },
    };

    [Theory]
    [MemberData(nameof(LargestMessages))]
    public async Task Send_LargestMessage_Arrives(string type, string body, int length)
    {
        var run = await server.RunAsync(await server.RegisterAsync("echo"), Body.Of(Repeats.In(body), type));

        Assert.Equal(length, run.Message.Length);
    }

    [Theory]
    [InlineData("message=%", "%")]
    [InlineData("message=%ZZ", "%ZZ")]
    [InlineData("message=%FF", "%FF")]
    [InlineData("message=a+b%2Bc", "a b+c")]
    [InlineData("?message=x", "x")]
    [InlineData("&&=&message=x&", "x")]
    public async Task Send_OddForm_IsReadAsIs(string body, string message) =>
        Assert.Equal(message, (await server.RunAsync(await server.RegisterAsync("echo"), Body.Of(body, Form))).Message);

    [Fact]
    public async Task Send_DeepJsonUnderTheJsonHint_Runs()
    {
        var actor = await server.RegisterAsync("echo", ("hints", "json"), ("stateless", "false"));
        var deep = new string('[', 200) + new string(']', 200);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync($"{actor}/state", Body.Json(deep))).Status);

        var run = await server.RunAsync(actor, Body.Json(deep));

        Assert.Equal((deep, deep), (run.Message, run.Variable("_abaco_actor_state")));
    }

    [Fact]
    public async Task SendBinary_EmptyBody_ArrivesEmpty()
    {
        var run = await server.RunAsync(await server.RegisterAsync("echo"), Body.Binary([]));

        Assert.Equal("application/octet-stream", run.Variable("_abaco_Content_Type"));
        Assert.Null(await run.Order.ReadBodyChunk!(0));
    }

    [Fact]
    public async Task SendBinary_LargestBody_IsTakenAndOneByteMoreIs413BeforeItIsRead()
    {
        var actor = await server.RegisterAsync("echo");
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync($"{actor}/messages", Body.Binary(new byte[AbacoServer.MaxContentLength]))).Status);

        foreach (var length in new[] { $"{AbacoServer.MaxContentLength + 1}", "9223372036854775807" })
            (await RawAsync(actor, $"Content-Length: {length}\r\n\r\n")).Refuses(413, $"at most {AbacoServer.MaxContentLength} bytes");
        await server.WorksAsync();
    }

    [Fact]
    public async Task SendBinary_WithoutLength_Is411()
    {
        var actor = await server.RegisterAsync("echo");

        (await RawAsync(actor, "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).Refuses(411, "Content-Length");
    }

    [Fact]
    public async Task SendBinary_CutOff_SendsNothing()
    {
        var actor = await server.RegisterAsync("echo");
        using (var client = new System.Net.Sockets.TcpClient(server.Address.Host, server.Address.Port))
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
                $"POST {actor}/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n{new string('x', 400_000)}"));

        Assert.Equal("next", (await server.RunAsync(actor, Body.Form(("message", "next")))).Message);
        Assert.Equal(1, (await server.GetAsync($"{actor}/executions")).Result.GetProperty("totalExecutions").GetInt32());
        server.AssertNoFailure();
    }

    [Fact]
    public async Task SendBinary_UnknownActor_Is404BeforeItIsRead() =>
        (await RawAsync("/actors/abcdefghijklm", "Content-Length: 1000\r\n\r\n")).Refuses(404, "No actor found with id: abcdefghijklm.");

    public static TheoryData<string, string> States => new()
    {
        { "", "state: the body must be a JSON value, not empty." },
        { " \n", "state: the body must be a JSON value, not empty." },
        { "null", "state: must not be empty." },
        { "{\"a\":", "state: the body must be a JSON value" },
        { "a=b", "state: the body must be a JSON value" },
        { "[*300]*300", "state: the body must be a JSON value" },
        { "\"\\u0000\"", "state: must hold no NUL character." },
        { "\"\\ud800\"", "state: must be valid Unicode" },
        { "{\"a\":[\"\\ud800\"]}", "state: must be valid Unicode" },
        { "{\"\\ud800\":1}", "state: must be valid Unicode" },
        { "\"a*131053\"", "state: too large" },
        { "[\"\u007f*40000\"]", "state: too large" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task SetState_BadState_Is400AndTheOldOneStays(string body, string rule)
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        await server.PostAsync($"{actor}/state", Body.Json("\"old\""));

        (await server.PostAsync($"{actor}/state", Body.Json(Repeats.In(body)))).Refuses(400, rule);

        Assert.Equal("old", (await server.GetAsync($"{actor}/state")).Text("state"));
        server.AssertNoFailure();
    }

    [Fact]
    public async Task SetState_LargestState_ReachesTheContainer()
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        var answer = await server.PostAsync($"{actor}/state", Body.Json($"\"{new string('a', 131_052)}\""));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);

        Assert.Equal(131_052, (await server.RunAsync(actor, Body.Form(("message", "m")))).Variable("_abaco_actor_state")!.Length);
    }

    private async Task<Answer> RawAsync(string actor, string rest)
    {
        var (status, headers, body) = await RawHttp.ExchangeAsync(
            server.Address, $"POST {actor}/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n{rest}");
        return Answer.Of(status, headers, body);
    }
}
