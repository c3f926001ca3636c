using System.Net;
using System.Text.Json;

namespace Abaco.Api.Tests;

/// <summary>rest-api.md, Actors.</summary>
[Collection(SharedServer.Name)]
public sealed class ActorsTests(AbacoServer server)
{
    private const string Time = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$";

    /// <summary>The fields of an actor that was given an image only, but id, links and times.</summary>
    private const string Defaults = """
        {"image":"echo","name":null,"description":null,"owner":"anonymous","status":"SUBMITTED","statusMessage":"","revision":1,"stateless":true,
        "token":"false","type":"none","link":"","webhook":"","webhookSecret":null,"startedEvents":false,"hints":[],"privileged":false,"useContainerUid":false,"maxWorkers":null,"maxCpus":null,
        "memLimit":null,"defaultEnvironment":{},"queue":"default","logEx":43200,"cronSchedule":null,"cronOn":false,"cronNextEx":null,"maxRunTime":null,
        "maxRetries":0,"mounts":[],"tasdir":null,"uid":null,"gid":null,"state":{}}
        """;

    [Fact]
    public async Task Register_ImageOnly_ShowsEveryFieldWithItsDefault()
    {
        var answer = await server.PostAsync("/actors", Body.Form(("image", "echo")));

        Assert.Equal((HttpStatusCode.OK, "Actor created successfully."), (answer.Status, answer.Message));
        var id = answer.Text("id")!;
        Assert.Matches("^[A-Za-z0-9]{13,}$", id);
        Assert.Matches(Time, answer.Text("createTime"));
        Assert.Equal(answer.Text("createTime"), answer.Text("lastUpdateTime"));
        Json.Same($$"""
            {"self":"{{server.Base}}/actors/v2/{{id}}","owner":"{{server.Base}}/profiles/v2/anonymous","executions":"{{server.Base}}/actors/v2/{{id}}/executions"}
            """, answer.Result.GetProperty("_links"));
        Json.Same(Defaults, Json.Without(answer.Result, "id", "_links", "createTime", "lastUpdateTime"));
    }

    public static TheoryData<string, string> AllParameters => new()
    {
        { "camel JSON", """
            {"image":"echo","name":"n","description":"d","stateless":true,"token":true,"type":"x","hints":["sync","json"],"privileged":true,
            "useContainerUid":true,"maxWorkers":7,"maxCpus":1500000000,"memLimit":"3g","defaultEnvironment":{"Max_Cpus":[1,null],"b":"c"},"logEx":60,
            "maxRunTime":5,"maxRetries":2,"queue":"default"}
            """ },
        { "snake JSON", """
            {"image":"echo","name":"n","description":"d","stateless":"True","token":"1","type":"x","hints":["sync","json"],"privileged":1,
            "use_container_uid":"TRUE","max_workers":"7","max_cpus":"1500000000","mem_limit":"3g","default_environment":"{\"Max_Cpus\":[1,null],\"b\":\"c\"}",
            "log_ex":"60","max_run_time":5,"max_retries":2,"queue":"default"}
            """ },
    };

    [Theory]
    [MemberData(nameof(AllParameters))]
    public async Task Register_EveryParameterAsJson_IsShownAsGiven(string spelling, string json)
    {
        var answer = await server.PostAsync("/actors", Body.Json(json));

        Assert.True(answer.Status == HttpStatusCode.OK, spelling + answer.Message);
        AssertAllParameters(answer.Result);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Register_EveryParameterAsForm_IsShownAsGiven(bool multipart)
    {
        (string, string)[] fields =
        [
            ("image", "echo"), ("name", "n"), ("description", "d"), ("stateless", "true"), ("token", "true"), ("type", "x"), ("hints", "sync"), ("hints", "json"),
            ("privileged", "1"), ("useContainerUid", "True"), ("max_workers", "7"), ("maxCpus", "1500000000"), ("mem_limit", "3g"),
            ("default_environment", """{"Max_Cpus":[1,null],"b":"c"}"""), ("logEx", "60"), ("max_run_time", "5"), ("maxRetries", "2"), ("queue", "default"),
        ];

        var answer = await server.PostAsync("/actors", multipart ? Body.Multipart(fields) : Body.Form(fields));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        AssertAllParameters(answer.Result);
    }

    private static void AssertAllParameters(JsonElement actor) => Json.Same(
        """
        {"image":"echo","name":"n","description":"d","stateless":true,"token":true,"type":"x","hints":["sync","json"],"privileged":true,
        "useContainerUid":true,"maxWorkers":7,"maxCpus":1500000000,"memLimit":"3g","defaultEnvironment":{"Max_Cpus":[1,null],"b":"c"},"logEx":60,
        "maxRunTime":5,"maxRetries":2,"queue":"default"}
        """,
        Json.Only(actor, "image", "name", "description", "stateless", "token", "type", "hints", "privileged", "useContainerUid", "maxWorkers", "maxCpus",
            "memLimit", "defaultEnvironment", "logEx", "maxRunTime", "maxRetries", "queue"));

    [Fact]
    public async Task Register_FieldsOfTheServiceAndUnknownOnes_AreIgnored()
    {
        var answer = await server.PostAsync("/actors", Body.Json("""
            {"image":"echo","uid":"0","gid":"0","tasdir":"/x","status":"READY","owner":"root","id":"me","revision":9,"state":{"a":1},"mounts":["/"],
            "createTime":"now","statusMessage":"x","nonsense":{"deep":[{}]},"tenant":"other"}
            """));

        Json.Same(Defaults, Json.Without(answer.Result, "id", "_links", "createTime", "lastUpdateTime"));
    }

    [Theory]
    [InlineData("maxCpus", "-1", "-1")]
    [InlineData("memLimit", "-1", "\"-1\"")]
    [InlineData("memLimit", "\"512m\"", "\"512m\"")]
    [InlineData("token", "false", "false")]
    [InlineData("token", "null", "\"false\"")]
    [InlineData("hints", "\"one\"", "[\"one\"]")]
    [InlineData("description", "\"ünï \\ud83d\\ude00\"", "\"ünï \\ud83d\\ude00\"")]
    [InlineData("maxWorkers", "2147483647", "2147483647")]
    [InlineData("logEx", "1000000", "1000000")]
    public async Task Register_OneParameter_IsShownAs(string name, string given, string shown)
    {
        var answer = await server.PostAsync("/actors", Body.Json($$"""{"image":"echo","{{name}}":{{given}}}"""));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        Json.Same(shown, answer.Result.GetProperty(name));
    }

    [Fact]
    public async Task Register_RepeatedField_LastOneCounts()
    {
        var answer = await server.PostAsync("/actors", Body.Json("""{"image":"missing","name":"a","max_workers":1,"maxWorkers":2,"image":"echo"}"""));

        Json.Same("""{"image":"echo","maxWorkers":2}""", Json.Only(answer.Result, "image", "maxWorkers"));
    }

    [Fact]
    public async Task Get_RegisteredActor_BecomesReadyAndIsListed()
    {
        var actor = await server.RegisterAsync("echo", ("name", "listed"));
        await server.EndAsync(await server.SendTextAsync(actor, "x"));

        var answer = await server.GetAsync(actor);

        Assert.Equal(("Actor retrieved successfully.", "READY", ""), (answer.Message, answer.Text("status"), answer.Text("statusMessage")));
        var listed = (await server.GetAsync("/actors")).Result.EnumerateArray().Single(row => row.GetProperty("id").GetString() == answer.Text("id"));
        Json.Same(answer.Result.GetRawText(), listed);
    }

    [Fact]
    public async Task Get_OtherTenant_IsNotFoundThere()
    {
        var actor = await server.RegisterAsync("echo");

        (await server.SendAsync(HttpMethod.Get, actor, null, ("tenant", "elsewhere"))).Refuses(404, "No actor found");
        (await server.GetAsync(actor.Replace("/actors/", "/actors/OTHER_"))).Refuses(404, "No actor found");
    }

    [Fact]
    public async Task Update_NewImage_StartsARevisionAndKeepsWhatWasAbsentBySpec()
    {
        var actor = await server.RegisterAsync("echo", ("name", "kept"), ("description", "lost"), ("token", "true"), ("stateless", "false"));
        await server.PostAsync($"{actor}/state", Body.Json("""{"n":1}"""));
        var before = await server.GetAsync(actor);

        var answer = await server.PutAsync(actor, Body.Form(("image", "fails"), ("name", "ignored")));

        Assert.Equal("Actor updated successfully.", answer.Message);
        Json.Same(
            """
            {"image":"fails","name":"kept","description":null,"token":"false","stateless":false,"state":{"n":1},"revision":2,"owner":"anonymous","status":"SUBMITTED"}
            """,
            Json.Only(answer.Result, "image", "name", "description", "token", "stateless", "state", "revision", "owner", "status"));
        Assert.Equal(before.Text("createTime"), answer.Text("createTime"));
        Assert.True(string.CompareOrdinal(before.Text("lastUpdateTime"), answer.Text("lastUpdateTime")) <= 0);
    }

    [Theory]
    [InlineData("false", 1)]
    [InlineData("true", 2)]
    public async Task Update_SameImage_IsANewRevisionOnlyByForce(string force, int revision)
    {
        var actor = await server.RegisterAsync("echo");

        var answer = await server.PutAsync(actor, Body.Multipart(("image", "echo"), ("force", force)));

        Assert.Equal(revision, answer.Result.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task Update_BadImageThenGood_ErrorNamesTheReasonAndTheMessageRuns()
    {
        var actor = await server.RegisterAsync("nobody/has-this:1");
        var execution = await server.SendTextAsync(actor, "patient");
        var failed = await server.UntilAsync(() => server.GetAsync(actor), answer => answer.Text("status") == "ERROR");
        Assert.Equal("no such image: nobody/has-this:1", failed.Text("statusMessage"));

        Assert.Equal("SUBMITTED", (await server.PutAsync(actor, Body.Json("""{"image":"echo"}"""))).Text("status"));

        Assert.Equal("COMPLETE", (await server.EndAsync(execution)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Delete_Actor_IsGoneWithAllItsParts()
    {
        var actor = await server.RegisterAsync("echo");
        var execution = await server.SendTextAsync(actor, "x");
        await server.EndAsync(execution);

        var answer = await server.DeleteAsync(actor);

        Assert.StartsWith("Actor deleted successfully", answer.Message);
        Assert.Equal(JsonValueKind.Null, answer.Result.ValueKind);
        foreach (var path in new[] { actor, $"{actor}/state", $"{actor}/messages", $"{actor}/executions", execution, $"{execution}/logs", $"{execution}/results", $"{actor}/workers" })
            (await server.GetAsync(path)).Refuses(404, "No actor found with id");
        (await server.DeleteAsync(actor)).Refuses(404, "No actor found with id");
    }

    [Fact]
    public async Task State_StatefulActor_TakesAnyJsonAndAnswersTheActor()
    {
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        Json.Same("""{"state":{}}""", (await server.GetAsync($"{actor}/state")).Result);

        foreach (var state in new[] { """{"maxWorkers":{"a_b":[1.50,"x",null]}}""", "[]", "0", "\"text\"", "false" })
        {
            var answer = await server.PostAsync($"{actor}/state", Body.Of(state, null));
            Assert.Equal((HttpStatusCode.OK, "State updated successfully."), (answer.Status, answer.Message));
            Json.Same(state, answer.Result.GetProperty("state"));
            Assert.Equal($"/actors/{answer.Text("id")}", actor);
            Json.Same(state, (await server.GetAsync($"{actor}/state")).Result.GetProperty("state"));
        }
    }

    [Fact]
    public async Task State_StatelessActor_Is404()
    {
        var actor = await server.RegisterAsync("echo");

        (await server.GetAsync($"{actor}/state")).Refuses(404, "actor is stateless.");
        (await server.PostAsync($"{actor}/state", Body.Json("{}"))).Refuses(404, "actor is stateless.");
    }
}
