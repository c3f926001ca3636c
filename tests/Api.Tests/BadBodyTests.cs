using System.Text;

namespace Abaco.Api.Tests;

/// <summary>Bodies that are broken as such, on every route that takes one: a defined status, the reason named, and the next request works.</summary>
[Collection(SharedServer.Name)]
public sealed class BadBodyTests(AbacoServer server)
{
    private static readonly (string Method, string Path)[] Writes =
        [("POST", "/actors"), ("PUT", ""), ("POST", "/state"), ("POST", "/messages"), ("POST", "/executions"), ("POST", "/workers")];

    /// <summary>Content-Type and Latin-1 text of the bytes, refused by every route with one of these parts.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        { "application/json", "{\"image\":\"\xff\"}", "not valid UTF-8" },
        { "application/json", "\xff\xfe{\0\"\0a\0\"\0:\0\x31\0}\0", "not valid UTF-8" },
        { "application/json", "\xed\xa0\x80", "not valid UTF-8" },
        { "text/plain", "\"\xc3(\"", "not valid UTF-8" },
        { "application/json", "{\0\"\0a\0\"\0:\0\x31\0}\0", "JSON" },
        { "application/json", "{\"image\":\"echo\"", "JSON" },
        { "application/json", "{\"image\":\"echo\"}}", "JSON" },
        { "application/json", "{'image':'echo'}", "JSON" },
        { "application/json", "{\"image\":\"a\0b\"}", "JSON" },
        { "application/json", "\0", "JSON" },
        { "application/json", "{\"image\":", "JSON" },
        { "application/json", "NaN", "JSON" },
        { "application/json", "[*100000", "JSON" },
        { "application/json", "{\"a\":[*300]*300}", "JSON" },
        { "application/json", "null", "" },
        { "multipart/form-data", "--x\r\n", "form could not be read" },
        { "multipart/form-data; boundary=", "--x\r\n", "form could not be read" },
        { "multipart/form-data; boundary=x", "--y\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nv\r\n--y--\r\n", "form could not be read" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nv", "form could not be read" },
        { "multipart/form-data; boundary=x", "--x\r\nno header at all\r\n\r\nv\r\n--x--\r\n", "form could not be read" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n\xff\r\n--x--\r\n", "not valid UTF-8" },
        { "multipart/form-data; boundary=b*200", "x", "form could not be read" },
        { "application/x-www-form-urlencoded", "message=\xff", "not valid UTF-8" },
        { "application/x-www-form-urlencoded", "image=a\xc3", "not valid UTF-8" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Write_BrokenBody_Is400OnEveryRoute(string type, string body, string reason)
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        foreach (var (method, path) in Writes)
        {
            var bytes = Encoding.Latin1.GetBytes(Repeats.In(body));
            var answer = await server.SendAsync(new HttpMethod(method), path == "/actors" ? path : actor + path, Body.Of(bytes, Repeats.In(type)));

            // A state is JSON whatever its type says, so there a form is just not JSON.
            answer.Refuses(400, path == "/state" && reason.StartsWith("form", StringComparison.Ordinal) ? "state: " : reason);
        }

        server.AssertNoFailure();
        await server.RunAsync(actor, Body.Form(("message", "next")));
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"messag\\ud800\":1,\"imag\\udc00\":2}")]
    [InlineData("{\"m\\ud800aaaaaaaaaaaaaaaaaaaa\":[\"\\udfff\"]}")]
    public async Task Write_HalfASurrogatePairInAName_Is400OnEveryRoute(string body)
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        foreach (var (method, path) in Writes)
            (await server.SendAsync(new HttpMethod(method), path == "/actors" ? path : actor + path, Body.Json(body))).Refuses(400, "surrogate");

        server.AssertNoFailure();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("\"image=echo\"")]
    public async Task Write_JsonThatIsNoObject_Is400WhereParametersAreMeant(string body)
    {
        var actor = await server.RegisterAsync("echo");
        foreach (var (method, path) in Writes.Where(write => write.Path is not ("/state" or "/messages")))
            (await server.SendAsync(new HttpMethod(method), path == "/actors" ? path : actor + path, Body.Json(body)))
                .Refuses(400, "The request body must be a JSON object or a form.");
    }

    [Fact]
    public async Task Write_TooManyFormFields_Is400()
    {
        var fields = Body.Form([("image", "echo"), .. Enumerable.Range(0, 2_000).Select(i => ($"f{i}", "x"))]);

        (await server.PostAsync("/actors", fields)).Refuses(400, "at most 1024 parameters");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    public async Task Write_LongerThanTheLimit_Is413BeforeItIsRead(string type)
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        foreach (var (method, path) in Writes)
        {
            // Only the header is sent: an answer that waited for the body would never come.
            var answer = await RawAsync($"{method} {(path == "/actors" ? path : actor + path)} HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: {AbacoServer.MaxBodyLength + 1}\r\n\r\n");
            answer.Refuses(413, $"at most {AbacoServer.MaxBodyLength} bytes");
        }

        await server.WorksAsync();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Write_ChunkedLongerThanTheLimit_Is413(string type)
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        var chunk = $"{AbacoServer.MaxBodyLength + 1:x}\r\n{new string('a', AbacoServer.MaxBodyLength + 1)}\r\n";
        foreach (var (method, path) in Writes)
        {
            var answer = await RawAsync($"{method} {(path == "/actors" ? path : actor + path)} HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
            answer.Refuses(413, $"at most {AbacoServer.MaxBodyLength} bytes");
        }

        await server.WorksAsync();
    }

    [Fact]
    public async Task Write_ChunkedWithoutLength_IsReadLikeAnyOther()
    {
        const string Chunked = "POST {0} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"image\"\r\n7\r\n:\"echo\"\r\n1\r\n}\r\n0\r\n\r\n";

        Assert.Equal("echo", (await RawAsync(Chunked.Replace("{0}", "/actors"))).Text("image"));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nnot a size\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"image\":1}\r\n0\r\n\r\n")]
    public async Task Write_BrokenChunks_Is400(string rest)
    {
        foreach (var type in new[] { "application/json", "application/x-www-form-urlencoded" })
            (await RawAsync($"POST /actors HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\n{rest}")).Refuses(400, "");
        await server.WorksAsync();
    }

    private async Task<Answer> RawAsync(string request)
    {
        var (status, headers, body) = await RawHttp.ExchangeAsync(server.Address, request);
        return Answer.Of(status, headers, body);
    }
}
