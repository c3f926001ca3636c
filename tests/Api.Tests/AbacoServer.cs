using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Abaco.Cluster.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Abaco.Api.Tests;

/// <summary>The real REST front end on a port of its own, in one process with a silo, its store and a simulated container runtime.</summary>
public class AbacoServer : IAsyncLifetime
{
    /// <summary>Largest binary message here.</summary>
    internal const int MaxContentLength = 4 * 1024 * 1024;

    /// <summary>Largest other body here.</summary>
    internal const int MaxBodyLength = 2 * 1024 * 1024;

    private readonly AbacoCluster _cluster = new();
    private readonly FailureLog _failures = new();
    private WebApplication? _app;

    internal SimulatedRuntime Runtime => _cluster.Runtime;

    internal Uri Address { get; private set; } = new("http://unset");

    /// <summary>The address as links show it.</summary>
    internal string Base => Address.GetLeftPart(UriPartial.Authority);

    internal HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Settings besides the usual ones.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    public async Task InitializeAsync()
    {
        await _cluster.InitializeAsync();
        Programs.AddTo(Runtime);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(
        [
            new("Abaco:Web:Urls", "http://127.0.0.1:0"),
            new("Abaco:Web:MaxContentLength", MaxContentLength.ToString()),
            new("Abaco:Web:MaxBodyLength", MaxBodyLength.ToString()),
            .. Settings,
        ]);
        builder.Logging.ClearProviders().AddProvider(_failures);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(_cluster.Grains);
        builder.AddAbacoApi();
        _app = builder.Build();
        _app.MapAbacoApi();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http.BaseAddress = Address;
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    internal Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    internal Task<Answer> PostAsync(string path, HttpContent? body = null) => SendAsync(HttpMethod.Post, path, body);

    internal Task<Answer> PutAsync(string path, HttpContent? body = null) => SendAsync(HttpMethod.Put, path, body);

    internal Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    internal async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Registers an actor.</summary>
    /// <returns>Its path, <c>/actors/{id}</c>.</returns>
    internal async Task<string> RegisterAsync(string image, params (string Name, string Value)[] more)
    {
        var answer = await PostAsync("/actors", Body.Form([("image", image), .. more]));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        return $"/actors/{answer.Text("id")}";
    }

    /// <summary>Sends a text.</summary>
    /// <returns>The execution's path.</returns>
    internal async Task<string> SendTextAsync(string actor, string text, string query = "")
    {
        var answer = await PostAsync($"{actor}/messages{query}", Body.Form(("message", text)));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        return $"{actor}/executions/{answer.Text("executionId")}";
    }

    /// <summary>Waits until the execution has ended, at most a minute.</summary>
    internal async Task<JsonElement> EndAsync(string execution)
    {
        var answer = await GetAsync($"{execution}?wait=60");
        Assert.Contains(answer.Text("status"), new[] { "COMPLETE", "ERROR" });
        return answer.Result;
    }

    /// <summary>Sends a body as a message, lets it run, and returns what its container saw.</summary>
    internal async Task<SimulatedRuntime.Run> RunAsync(string actor, HttpContent? body, string query = "")
    {
        var answer = await PostAsync($"{actor}/messages{query}", body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        var id = answer.Text("executionId");
        await EndAsync($"{actor}/executions/{id}");
        return Runtime.Runs.Single(run => run.Order.Execution.ExecutionId == id);
    }

    /// <summary>Asks again until the answer fits; each question is a turn of the system, the patience is two minutes.</summary>
    internal async Task<Answer> UntilAsync(Func<Task<Answer>> ask, Func<Answer, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var answer = await ask();
            if (fits(answer))
                return answer;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>The server still does its work: an actor is registered and a message runs.</summary>
    internal async Task WorksAsync()
    {
        var actor = await RegisterAsync("echo");
        var execution = await SendTextAsync(actor, "still here");
        await EndAsync(execution);
        Assert.Equal("still here\n", (await GetAsync($"{execution}/logs")).Text("logs"));
        AssertNoFailure();
    }

    /// <summary>Nothing went wrong inside, whatever was answered.</summary>
    internal void AssertNoFailure() => Assert.True(_failures.Lines.IsEmpty, Failures);

    /// <summary>What the server logged as errors.</summary>
    internal string Failures => string.Join('\n', _failures.Lines);

    /// <summary>What the server logged as an error: failures that nobody foresaw.</summary>
    private sealed class FailureLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
