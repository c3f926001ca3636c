namespace Abaco.Api.Tests;

/// <summary>Bad input, field by field, to POST and PUT on actors: 400, and the message names the field as answers spell it, and the rule.</summary>
[Collection(SharedServer.Name)]
public sealed class BadActorTests(AbacoServer server)
{
    private const string Unicode = "must be valid Unicode";

    /// <summary>Field, its JSON value (<c>*n</c>: the last character before it repeated n times), what the message says.</summary>
    public static TheoryData<string, string, string> Fields => new()
    {
        { "image", "null", "image: required" },
        { "image", "\"\"", "image: required" },
        { "image", "\" \\t\"", "image: required" },
        { "image", "5", "image: must be a string." },
        { "image", "[\"echo\"]", "image: must be a string." },
        { "image", "{}", "image: must be a string." },
        { "image", "\"Upper\"", "image: not a valid image reference" },
        { "image", "\"a b\"", "image: not a valid image reference" },
        { "image", "\"echo\\u0000\"", "image: not a valid image reference" },
        { "image", "\"echo\\n\"", "image: not a valid image reference" },
        { "image", "\"a*513\"", "image: not a valid image reference" },
        { "image", "\"\\ud800\"", "image: " + Unicode },
        { "name", "\"\"", "name: must have 1 to 256 characters." },
        { "name", "\"a*257\"", "name: must have 1 to 256 characters." },
        { "name", "7", "name: must be a string." },
        { "name", "\"a\\u0000\"", "name: must hold no NUL character." },
        { "name", "\"\\udc00\"", "name: " + Unicode },
        { "description", "\"a*16385\"", "description: must have at most 16384 characters." },
        { "description", "{\"a\":1}", "description: must be a string." },
        { "description", "\"\\u0000\"", "description: must hold no NUL character." },
        { "type", "\"a*257\"", "type: must have at most 256 characters." },
        { "type", "\"\\u0000\"", "type: must hold no NUL character." },
        { "stateless", "\"maybe\"", "stateless: must be true or false." },
        { "stateless", "2", "stateless: must be true or false." },
        { "stateless", "[]", "stateless: must be true or false." },
        { "stateless", "\"\"", "stateless: must be true or false." },
        { "stateless", "\"\\ud800\"", "stateless: " + Unicode },
        { "token", "\"x\"", "token: must be true or false." },
        { "privileged", "-1", "privileged: must be true or false." },
        { "useContainerUid", "\"None\"", "useContainerUid: must be true or false." },
        { "use_container_uid", "{}", "useContainerUid: must be true or false." },
        { "force", "\"please\"", "force: must be true or false." },
        { "cronOn", "\"maybe\"", "cronOn: must be true or false." },
        { "maxWorkers", "0", "maxWorkers: must be a whole number of at least 1." },
        { "maxWorkers", "-5", "maxWorkers: must be a whole number of at least 1." },
        { "maxWorkers", "1.5", "maxWorkers: must be a whole number." },
        { "maxWorkers", "\"many\"", "maxWorkers: must be a whole number." },
        { "maxWorkers", "\"\"", "maxWorkers: must be a whole number." },
        { "maxWorkers", "true", "maxWorkers: must be a whole number." },
        { "maxWorkers", "2147483648", "maxWorkers: must be a whole number of at most 2147483647." },
        { "max_workers", "1e400", "maxWorkers: must be a whole number." },
        { "maxWorkers", "9*5000", "maxWorkers: must be a whole number." },
        { "maxWorkers", "\"9*5000\"", "maxWorkers: must be a whole number." },
        { "maxCpus", "0", "maxCpus: must be nanocpus" },
        { "maxCpus", "-2", "maxCpus: must be nanocpus" },
        { "maxCpus", "9223372036854775808", "maxCpus: must be a whole number." },
        { "memLimit", "\"1k\"", "memLimit: must be a size such as 512m" },
        { "memLimit", "\"lots\"", "memLimit: must be a size such as 512m" },
        { "memLimit", "-2", "memLimit: must be a size such as 512m" },
        { "memLimit", "\"99999999999999999999g\"", "memLimit: must be a size such as 512m" },
        { "memLimit", "\"9999999999g\"", "memLimit: must be a size such as 512m" },
        { "mem_limit", "true", "memLimit: must be a string." },
        { "hints", "\"a'b\"", "hints: each must be a simple string" },
        { "hints", "[\"{x}\"]", "hints: each must be a simple string" },
        { "hints", "[\"\"]", "hints: each must be a simple string" },
        { "hints", "[\"a*257\"]", "hints: each must be a simple string" },
        { "hints", "[\"a\\u0000\"]", "hints: each must be a simple string" },
        { "hints", "[\"\\ud83d\"]", "hints: " + Unicode },
        { "hints", "[1]", "hints: must be a list of strings." },
        { "hints", "[null]", "hints: must be a list of strings." },
        { "hints", "{}", "hints: must be a list of strings." },
        { "hints", "true", "hints: must be a list of strings." },
        { "defaultEnvironment", "\"x\"", "defaultEnvironment: must be a JSON object." },
        { "defaultEnvironment", "\"[]\"", "defaultEnvironment: must be a JSON object." },
        { "defaultEnvironment", "[]", "defaultEnvironment: must be a JSON object." },
        { "defaultEnvironment", "5", "defaultEnvironment: must be a JSON object." },
        { "defaultEnvironment", "{\"\":1}", "defaultEnvironment: names must not be empty" },
        { "defaultEnvironment", "{\"a=b\":1}", "defaultEnvironment: names must not be empty and must hold neither '=' nor NUL." },
        { "defaultEnvironment", "{\"a\\u0000\":1}", "defaultEnvironment: names must not be empty and must hold neither '=' nor NUL." },
        { "defaultEnvironment", "{\"A\":\"\\u0000\"}", "defaultEnvironment: the value of A must hold no NUL character." },
        { "defaultEnvironment", "{\"A\":\"\\ud800\"}", "defaultEnvironment: " + Unicode },
        { "defaultEnvironment", "{\"A\":[\"\\ud800\"]}", "defaultEnvironment: " + Unicode },
        { "defaultEnvironment", "{\"A\":{\"\\udfff\":1}}", "defaultEnvironment: " + Unicode },
        { "defaultEnvironment", "{\"\\ud800\":1}", "defaultEnvironment: " + Unicode },
        { "defaultEnvironment", "\"{\\\"A\\\":\\\"\\\\ud800\\\"}\"", "defaultEnvironment: " + Unicode },
        { "defaultEnvironment", "{\"A\":\"a*131070\"}", "defaultEnvironment: A is too large; one variable holds at most 128 KiB." },
        { "defaultEnvironment", "{\"A\":\"ü*70000\"}", "defaultEnvironment: A is too large; one variable holds at most 128 KiB." },
        { "defaultEnvironment", "{\"A\":[\"\u007f*40000\"]}", "defaultEnvironment: A is too large; one variable holds at most 128 KiB." },
        { "defaultEnvironment", "{\"A\":\"a*100000\",\"B\":\"b*100000\",\"C\":\"c*100000\"}", "defaultEnvironment: may have at most 262144 characters." },
        { "queue", "\"nowhere\"", "queue: Invalid queue name." },
        { "queue", "\"\"", "queue: Invalid queue name." },
        { "queue", "1", "queue: must be a string." },
        { "logEx", "0", "logEx: must be a whole number of seconds of at least 1." },
        { "log_ex", "\"1 day\"", "logEx: must be a whole number." },
        { "logEx", "3000000000", "logEx: must be a whole number of at most 2147483647." },
        { "link", "5", "link: must be a string." },
        { "webhook", "[]", "webhook: must be a string." },
        { "cronSchedule", "{}", "cronSchedule: must be a string." },
        { "maxRunTime", "0", "maxRunTime: must be a whole number of seconds of at least 1." },
        { "maxRetries", "-1", "maxRetries: must be a whole number from 0 to 10." },
        { "maxRetries", "11", "maxRetries: must be a whole number from 0 to 10." },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Write_BadField_Is400ThatNamesFieldAndRule(string field, string value, string rule)
    {
        var image = field == "image" ? "" : "\"image\":\"echo\",";
        var json = $$"""{{{image}}"{{field}}":{{Repeats.In(value)}}}""";

        (await server.PostAsync("/actors", Body.Json(json))).Refuses(400, rule);

        if (field == "name")
            return; // PUT ignores it.
        var actor = await server.RegisterAsync("echo");
        var before = await server.GetAsync(actor);
        (await server.PutAsync(actor, Body.Json(json))).Refuses(400, rule);
        Assert.Equal(before.Text("lastUpdateTime"), (await server.GetAsync(actor)).Text("lastUpdateTime"));
    }

    [Theory]
    [InlineData("stateless", "maybe", "stateless: must be true or false.")]
    [InlineData("max_workers", "x", "maxWorkers: must be a whole number.")]
    [InlineData("maxWorkers", "", "maxWorkers: must be a whole number.")]
    [InlineData("memLimit", "1", "memLimit: must be a size")]
    [InlineData("default_environment", "A=b", "defaultEnvironment: must be a JSON object.")]
    [InlineData("default_environment", "{\"A\":", "defaultEnvironment: must be a JSON object.")]
    [InlineData("hints", "[\"sync\"]", "hints: each must be a simple string")]
    [InlineData("name", "a\0b", "name: must hold no NUL character.")]
    public async Task Register_BadFormField_Is400ThatNamesFieldAndRule(string field, string value, string rule)
    {
        (await server.PostAsync("/actors", Body.Form(("image", "echo"), (field, value)))).Refuses(400, rule);
        (await server.PostAsync("/actors", Body.Multipart(("image", "echo"), (field, value)))).Refuses(400, rule);
    }

    [Fact]
    public async Task Register_ManyBadFields_NamesThemAll()
    {
        var types = await server.PostAsync("/actors", Body.Json("""{"image":1,"stateless":"x","maxWorkers":"y"}"""));
        types.Refuses(400, "image: must be a string. stateless: must be true or false. maxWorkers: must be a whole number.");

        var rules = await server.PostAsync("/actors", Body.Json("""{"maxWorkers":0,"memLimit":"x","queue":"q","name":""}"""));
        foreach (var field in new[] { "image", "maxWorkers", "memLimit", "queue", "name" })
            rules.Refuses(400, $"{field}: ");
    }

    [Fact]
    public async Task Register_AHundredAndOneHints_Is400() =>
        (await server.PostAsync("/actors", Body.Form([("image", "echo"), .. Enumerable.Range(0, 101).Select(i => ("hints", $"h{i}"))])))
            .Refuses(400, "hints: at most 100.");

    [Fact]
    public async Task Write_StatefulWithTwoWorkersOrStatelessAgain_Is400()
    {
        (await server.PostAsync("/actors", Body.Json("""{"image":"echo","stateless":false,"maxWorkers":2}"""))).Refuses(400, "stateful actors can only have 1 worker.");
        var actor = await server.RegisterAsync("echo", ("stateless", "false"));
        (await server.PutAsync(actor, Body.Json("""{"image":"echo","stateless":true}"""))).Refuses(400, "stateless: ");
        (await server.PutAsync(actor, Body.Json("""{"image":"echo","maxWorkers":2}"""))).Refuses(400, "stateful actors can only have 1 worker.");
    }

    [Fact]
    public async Task Register_DeepEnvironment_IsKeptAndReachesTheContainer()
    {
        var deep = new string('[', 200) + new string(']', 200);
        var actor = await server.RegisterAsync("echo", ("default_environment", $$"""{"DEEP":{{deep}}}"""));

        Assert.Equal(deep, (await server.RunAsync(actor, Body.Form(("message", "m")))).Variable("DEEP"));
    }
}
