using System.Net;

namespace Abaco.Api.Tests;

/// <summary>rest-api.md, Conventions: base paths, envelope, CORS, methods, health.</summary>
[Collection(SharedServer.Name)]
public sealed class EnvelopeTests(AbacoServer server)
{
    [Theory]
    [InlineData("/actors")]
    [InlineData("/actors/")]
    [InlineData("/actors/v2")]
    [InlineData("/actors/v2/")]
    [InlineData("//actors")]
    [InlineData("///actors//v2//")]
    public async Task List_AnySpellingOfThePath_IsTheSame(string path)
    {
        var answer = await server.GetAsync(server.Base + path);

        Assert.Equal((HttpStatusCode.OK, "Actors retrieved successfully."), (answer.Status, answer.Message));
        Assert.Equal(System.Text.Json.JsonValueKind.Array, answer.Result.ValueKind);
    }

    [Theory]
    [InlineData("/actors/{0}")]
    [InlineData("/actors/v2/{0}")]
    [InlineData("/actors/v2/{0}/")]
    [InlineData("//actors///{0}")]
    [InlineData("/actors/DEV_{0}")]
    [InlineData("/actors/v2/DEV_{0}")]
    public async Task Get_AnySpellingOfThePath_FindsTheActor(string path)
    {
        var actor = await server.RegisterAsync("echo");
        var id = actor["/actors/".Length..];

        var answer = await server.GetAsync(server.Base + string.Format(path, id));

        Assert.Equal(id, answer.Text("id"));
        Assert.Equal($"{server.Base}/actors/v2/{id}", answer.Result.GetProperty("_links").GetProperty("self").GetString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/actors/v3/x/y/z/1")]
    [InlineData("/actorsx")]
    [InlineData("/actors/v2x/messages/1/2")]
    [InlineData("/index.html")]
    public async Task Get_UnknownRoute_Is404ThatNamesIt(string path) => (await server.GetAsync(path)).Refuses(404, path);

    [Theory]
    [InlineData("PUT", "/actors", "GET, POST")]
    [InlineData("DELETE", "/actors", "GET, POST")]
    [InlineData("PATCH", "/actors/x", "DELETE, GET, PUT")]
    [InlineData("POST", "/actors/x", "DELETE, GET, PUT")]
    [InlineData("PUT", "/actors/x/state", "GET, POST")]
    [InlineData("PUT", "/actors/x/messages", "DELETE, GET, POST")]
    [InlineData("GET", "/actors/x/messages/batch", "POST")]
    [InlineData("POST", "/actors/x/executions/y", "DELETE, GET")]
    [InlineData("DELETE", "/actors/x/executions/y/results", "GET")]
    [InlineData("POST", "/actors/x/executions/y/logs", "GET")]
    [InlineData("PUT", "/actors/x/workers", "GET, POST")]
    [InlineData("POST", "/healthz", "GET")]
    [InlineData("BREW", "/actors", "GET, POST")]
    public async Task Call_WrongMethod_Is405ThatNamesItAndWhatIsAllowed(string method, string path, string allowed)
    {
        var answer = await server.SendAsync(new HttpMethod(method), path);

        answer.Refuses(405, $"The method {method} is not allowed on {path}.");
        Assert.Equal(allowed, string.Join(", ", answer.Headers["Allow"].Split(", ").Order()));
    }

    [Theory]
    [InlineData("/actors")]
    [InlineData("/actors/v2/x/messages/")]
    [InlineData("/nothing/here")]
    public async Task Options_AnyPath_IsAllowedForEveryOrigin(string path)
    {
        var answer = await server.SendAsync(HttpMethod.Options, path, null, ("Origin", "https://somewhere.example"), ("Access-Control-Request-Method", "PUT"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("GET, POST, PUT, DELETE, OPTIONS", answer.Headers["Access-Control-Allow-Methods"]);
        foreach (var header in new[] { "Authorization", "Content-Type" })
            Assert.Contains(header, answer.Headers["Access-Control-Allow-Headers"]);
    }

    [Fact]
    public async Task Head_OfAnyRoute_HasNoBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/actors");
        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Health_RunningServer_LivesAndIsReady()
    {
        Assert.Equal("Alive.", (await server.GetAsync("/healthz")).Message);
        Assert.Equal("Ready.", (await server.GetAsync("/readyz")).Message);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("no type at all")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("")]
    public async Task Get_WithAContentType_IgnoresIt(string type)
    {
        var answer = await server.SendAsync(HttpMethod.Get, "/actors", Body.Of("", type));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }
}
