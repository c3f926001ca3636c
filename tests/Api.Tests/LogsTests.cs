using System.Net.Http.Headers;
using System.Threading.Channels;

namespace Abaco.Api.Tests;

/// <summary>rest-api.md, logs: as a whole, followed as text, followed as events.</summary>
[Collection(SharedServer.Name)]
public sealed class LogsTests(AbacoServer server)
{
    [Fact]
    public async Task Get_EndedExecution_HasTextAndLinks()
    {
        var actor = await server.RegisterAsync("echo");
        var execution = await server.SendTextAsync(actor, "a \"quoted\" <line> ü");
        await server.EndAsync(execution);

        var answer = await server.GetAsync($"{execution}/logs");

        var path = $"{server.Base}/actors/v2/{execution["/actors/".Length..]}";
        Assert.Equal("Logs retrieved successfully.", answer.Message);
        Json.Same(
            $$"""
            {"logs":"a \"quoted\" <line> ü\n","_links":{"self":"{{path}}/logs","owner":"{{server.Base}}/profiles/v2/anonymous","execution":"{{path}}"} }
            """, answer.Result);
    }

    [Theory]
    [InlineData("?follow=true", null, "text/plain; charset=utf-8", "one\n", "two\n")]
    [InlineData("?follow=1", null, "text/plain; charset=utf-8", "one\n", "two\n")]
    [InlineData("", "text/event-stream", "text/event-stream", "event: log\ndata: \"one\\n\"\n\n", "event: log\ndata: \"two\\n\"\n\nevent: end\ndata: {}\n\n")]
    public async Task Follow_RunningExecution_StreamsUntilTheEnd(string query, string? accept, string type, string first, string rest)
    {
        var lines = Channel.CreateUnbounded<string>();
        var image = $"lines{Guid.NewGuid():n}";
        server.Runtime.Image(image, async run =>
        {
            await foreach (var line in lines.Reader.ReadAllAsync())
                await run.Watch.LogAsync(line);
            return 0;
        });
        var execution = await server.SendTextAsync(await server.RegisterAsync(image), "x");
        lines.Writer.TryWrite("one\n");
        await server.UntilAsync(() => server.GetAsync($"{execution}/logs"), answer => answer.Text("logs") == "one\n");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{execution}/logs{query}");
        if (accept is not null)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        await using var stream = await response.Content.ReadAsStreamAsync();
        var begin = new byte[first.Length];
        await stream.ReadExactlyAsync(begin);
        Assert.Equal(first, System.Text.Encoding.UTF8.GetString(begin));
        lines.Writer.TryWrite("two\n");
        lines.Writer.Complete();

        var end = await new StreamReader(stream).ReadToEndAsync();

        // The log and its end may come in one piece or in two, with keep-alive comments between.
        Assert.Equal(rest, end.Replace(": waiting\n\n", ""));
    }

    [Fact]
    public async Task Follow_EndedExecution_IsTheWholeLog()
    {
        var execution = await server.SendTextAsync(await server.RegisterAsync("echo"), "x");
        await server.EndAsync(execution);

        Assert.Equal("x\n", await server.Http.GetStringAsync($"{execution}/logs?follow=True"));
    }

    [Fact]
    public async Task Follow_ActorDeletedMeanwhile_Ends()
    {
        var actor = await server.RegisterAsync("sleep");
        var execution = await server.SendTextAsync(actor, "x");
        using var response = await server.Http.GetAsync($"{execution}/logs?follow=true", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte["asleep\n".Length]);

        await server.DeleteAsync(actor);

        Assert.Equal("", await new StreamReader(stream).ReadToEndAsync());
        server.AssertNoFailure();
    }
}
