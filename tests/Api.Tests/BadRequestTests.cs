using System.Net;

namespace Abaco.Api.Tests;

/// <summary>Bad paths, queries and headers, and bad numbers on executions and workers.</summary>
[Collection(SharedServer.Name)]
public sealed class BadRequestTests(AbacoServer server)
{
    private const string Tenant = "The tenant must have 1 to 64 letters, digits, dots and hyphens.";
    private const string User = "The user's name must have 1 to 128 characters";

    public static TheoryData<string, string> Paths => new()
    {
        { "/actors/%2F", "No actor found" },
        { "/actors/a%2Fb", "No actor found" },
        { "/actors/a%5Cb", "No actor found" },
        { "/actors/..%2f..%2fhealthz", "No actor found" },
        { "/actors/%2e%2e/nowhere", "No such resource: /nowhere." },
        { "/actors/../../../etc/passwd", "No such resource: /etc/passwd." },
        { "/..", "No such resource" },
        { "/actors/abcdefghijklm", "No actor found with id: abcdefghijklm." },
        { "/actors/_", "No actor found" },
        { "/actors/DEV_", "No actor found" },
        { "/actors/_abcdefghijklm", "No actor found" },
        { "/actors/DEV_x_abcdefghijklm", "No actor found" },
        { "/actors/OTHER_abcdefghijklm", "No actor found" },
        { "/actors/%C3%BC%F0%9F%98%80", "No actor found with id: ü😀." },
        { "/actors/%FF%FE", "No actor found" },
        { "/actors/%0D%0ASet-Cookie:%20x", "No actor found" },
        { "/actors/%20", "No actor found" },
        { "/actors/a;b=c", "No actor found" },
        { "/actors/%", "No actor found" },
        { "/actors/%ZZ", "No actor found" },
        { "/actors/<script>", "No actor found with id: <script>." },
        { "/actors/a*5000", "No actor found with id: aaaaaaaa" },
        { "/actors/a*5000/messages", "No actor found with id: aaaaaaaa" },
        { "/actors/{actor}/executions/a*5000", "Execution aaaaaaaa" },
        { "/actors/{actor}/executions/%2F", "Execution" },
        { "/actors/{actor}/executions/a_b/logs", "Execution" },
        { "/actors/{actor}/executions/abcdefghijklm", "Execution abcdefghijklm does not exist for actor {actor}." },
        { "/actors/{actor}/executions/abcdefghijklm/logs", "Execution abcdefghijklm does not exist for actor {actor}." },
        { "/actors/{actor}/executions/abcdefghijklm/logs?follow=true", "Execution abcdefghijklm does not exist for actor {actor}." },
        { "/actors/{actor}/executions/abcdefghijklm/results", "Execution abcdefghijklm does not exist for actor {actor}." },
        { "/actors/{actor}/executions/abcdefghijklm?wait=5", "Execution abcdefghijklm does not exist for actor {actor}." },
        { "/actors/{actor}/workers/a*5000", "Worker aaaaaaaa" },
        { "/actors/{actor}/workers/%C3%BC", "Worker ü does not exist for actor {actor}." },
        { "/actors/{actor}/nothing", "No such resource" },
        { "/actors/{actor}/executions/x/y/z", "No such resource" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Get_OddPath_Is404ThatNamesIt(string path, string message)
    {
        var actor = (await server.RegisterAsync("echo"))["/actors/".Length..];

        var answer = await RawAsync($"GET {Repeats.In(path.Replace("{actor}", actor))} HTTP/1.1\r\nHost: x\r\n\r\n");

        answer.Refuses(404, message.Replace("{actor}", actor));
        Assert.True(answer.Message.Length < 9_000);
    }

    [Theory]
    [InlineData("DELETE", "/actors/{0}/executions/abcdefghijklm", "Execution abcdefghijklm does not exist")]
    [InlineData("DELETE", "/actors/{0}/executions/%2F", "Execution")]
    [InlineData("DELETE", "/actors/{0}/workers/abcdefghijklm", "Worker abcdefghijklm does not exist")]
    [InlineData("DELETE", "/actors/abcdefghijklm", "No actor found")]
    [InlineData("PUT", "/actors/abcdefghijklm", "No actor found")]
    [InlineData("POST", "/actors/abcdefghijklm/state", "No actor found")]
    [InlineData("POST", "/actors/abcdefghijklm/messages?message=x", "No actor found")]
    [InlineData("POST", "/actors/abcdefghijklm/messages?message=x&_abaco_synchronous=true", "No actor found")]
    [InlineData("DELETE", "/actors/abcdefghijklm/messages", "No actor found")]
    [InlineData("POST", "/actors/abcdefghijklm/executions", "No actor found")]
    [InlineData("POST", "/actors/abcdefghijklm/workers", "No actor found")]
    public async Task Write_UnknownThing_Is404(string method, string path, string message)
    {
        var actor = (await server.RegisterAsync("echo"))["/actors/".Length..];
        var body = method == "DELETE" ? null : Body.Json("""{"image":"echo","cpu":1,"io":1,"runtime":1}""");

        (await server.SendAsync(new HttpMethod(method), string.Format(path, actor), body)).Refuses(404, message);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("601")]
    [InlineData("x")]
    [InlineData("1e2")]
    [InlineData("1,2")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("0x10")]
    [InlineData("%00")]
    [InlineData("99999999999999999999999999999999999999999999")]
    public async Task Get_BadWait_Is400(string wait)
    {
        var execution = await server.SendTextAsync(await server.RegisterAsync("missing"), "x");

        (await server.GetAsync($"{execution}?wait={wait}")).Refuses(400, "wait: must be a number of seconds from 0 to 600.");
    }

    [Fact]
    public async Task GetLogs_BadFollow_Is400()
    {
        var execution = await server.SendTextAsync(await server.RegisterAsync("missing"), "x");

        (await server.GetAsync($"{execution}/logs?follow=please")).Refuses(400, "follow: must be true or false.");
    }

    [Theory]
    [InlineData("{}", "runtime: required; a whole number of at least 0. cpu: required; a whole number of at least 0. io: required; a whole number of at least 0.")]
    [InlineData("{\"runtime\":1,\"cpu\":1}", "io: required")]
    [InlineData("{\"runtime\":null,\"cpu\":1,\"io\":1}", "runtime: required")]
    [InlineData("{\"runtime\":-1,\"cpu\":1,\"io\":1}", "runtime: must be a whole number of at least 0.")]
    [InlineData("{\"runtime\":1,\"cpu\":-9223372036854775808,\"io\":1}", "cpu: must be a whole number of at least 0.")]
    [InlineData("{\"runtime\":1,\"cpu\":1.5,\"io\":1}", "cpu: must be a whole number.")]
    [InlineData("{\"runtime\":1,\"cpu\":\"much\",\"io\":1}", "cpu: must be a whole number.")]
    [InlineData("{\"runtime\":1,\"cpu\":1,\"io\":9223372036854775808}", "io: must be a whole number.")]
    [InlineData("{\"runtime\":1,\"cpu\":1,\"io\":[1]}", "io: must be a whole number.")]
    [InlineData("{\"runtime\":2147483648,\"cpu\":1,\"io\":1}", "runtime: must be at most 2147483647 seconds.")]
    [InlineData("{\"runtime\":true,\"cpu\":\"\",\"io\":-1}", "runtime: must be a whole number. cpu: must be a whole number. io: must be a whole number of at least 0.")]
    public async Task Record_BadNumber_Is400AndNothingIsRecorded(string body, string rule)
    {
        var actor = await server.RegisterAsync("echo");

        (await server.PostAsync($"{actor}/executions", Body.Json(body))).Refuses(400, rule);

        Assert.Equal(0, (await server.GetAsync($"{actor}/executions")).Result.GetProperty("totalExecutions").GetInt32());
    }

    [Theory]
    [InlineData("0", "num: must be a whole number from 1 to 1000.")]
    [InlineData("-1", "num: must be a whole number from 1 to 1000.")]
    [InlineData("1001", "num: must be a whole number from 1 to 1000.")]
    [InlineData("2147483648", "num: must be a whole number of at most 2147483647.")]
    [InlineData("\"some\"", "num: must be a whole number.")]
    [InlineData("1.5", "num: must be a whole number.")]
    [InlineData("[]", "num: must be a whole number.")]
    public async Task EnsureWorkers_BadNumber_Is400(string num, string rule) =>
        (await server.PostAsync($"{await server.RegisterAsync("echo")}/workers", Body.Json($$"""{"num":{{num}}}"""))).Refuses(400, rule);

    [Theory]
    [InlineData("tenant: a_b", Tenant)]
    [InlineData("tenant: a*65", Tenant)]
    [InlineData("tenant: a/b", Tenant)]
    [InlineData("tenant: \xc3\xbc", Tenant)]
    [InlineData("tenant: a\r\ntenant: b", Tenant)]
    [InlineData("X-Abaco-User: a b", User)]
    [InlineData("X-Abaco-User: a*129", User)]
    public async Task Get_BadIdentityHeader_Is401ThatNamesTheRule(string header, string rule) =>
        (await RawAsync($"GET /actors HTTP/1.1\r\nHost: x\r\n{Repeats.In(header)}\r\n\r\n")).Refuses(401, rule);

    /// <summary>What is no HTTP request at all is refused by the HTTP server, before there is anything to put into an envelope: a status and no body.</summary>
    [Theory]
    [InlineData("GET /actors/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\nHost: a/b\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\nHost: x\r\ntenant: a\0b\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\nHost: x\r\ntenant: a\rb\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET /actors HTTP/1.1\r\nHost: x\r\nX-Big: a*40000\r\n\r\n", 431)]
    [InlineData("GET /actors?a*9000 HTTP/1.1\r\nHost: x\r\n\r\n", 414)]
    [InlineData("GET /actors HTTP/9.9\r\nHost: x\r\n\r\n", 505)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("POST /actors HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /actors HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400)]
    [InlineData("POST /actors HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400)]
    [InlineData("POST /actors HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400)]
    public async Task Send_NoHttpRequest_IsRefusedWithoutBody(string request, int expected)
    {
        var (status, _, body) = await RawHttp.ExchangeAsync(server.Address, Repeats.In(request));

        Assert.Equal((expected, 0), ((int)status, body.Length));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/healthz")).Status);
    }

    private async Task<Answer> RawAsync(string request)
    {
        var (status, headers, body) = await RawHttp.ExchangeAsync(server.Address, request);
        return Answer.Of(status, headers, body);
    }
}
