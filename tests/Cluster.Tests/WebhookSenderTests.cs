using System.ComponentModel.DataAnnotations;
using Abaco.Events;
using Abaco.Store;
using Microsoft.Extensions.Options;

namespace Abaco.Cluster.Tests;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private static readonly ActorKey Actor = new("dev", "R0y3eYbWmgEwo");

    private static readonly EventRow Happened = new(
        1, "event", EventType.ActorReady, DateTimeOffset.UnixEpoch, null, "READY", null, null);

    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Send_Reachable_IsDone()
    {
        Assert.IsType<Delivery.Done>(await SendAsync(_receiver.Url, new WebhookOptions()));

        var posted = Assert.Single(_receiver.All);
        Assert.Equal(("application/json", "event"), (posted.Headers["content-type"], posted.Headers["webhook-id"]));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task Send_DeniedNetworkHoweverItIsNamed_IsNotReached(string host)
    {
        var url = new UriBuilder(_receiver.Url) { Host = host }.ToString();

        var delivery = await SendAsync(url, new WebhookOptions { DenyNetworks = ["127.0.0.0/8", "::1/128"] });

        Assert.Contains("may not reach", Assert.IsType<Delivery.Failed>(delivery).Reason);
        Assert.Empty(_receiver.All);
    }

    [Fact]
    public async Task Send_LinkLocalAddress_IsDeniedByDefault()
    {
        var delivery = await SendAsync("http://169.254.169.254/latest/meta-data", new WebhookOptions());

        Assert.Contains("may not reach", Assert.IsType<Delivery.Failed>(delivery).Reason);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Send_OtherStatus_FailsWithoutTheAddressInTheReason(int status)
    {
        _receiver.Answer = _ => Task.FromResult(status);

        var failed = Assert.IsType<Delivery.Failed>(await SendAsync(_receiver.Url, new WebhookOptions()));

        Assert.Equal($"the receiver answered {status}", failed.Reason);
        Assert.Single(_receiver.All);
    }

    [Fact]
    public async Task Send_NoAnswer_FailsAfterTheTimeout()
    {
        var never = new TaskCompletionSource<int>();
        _receiver.Answer = _ => never.Task;

        var failed = Assert.IsType<Delivery.Failed>(await SendAsync(_receiver.Url, new WebhookOptions { Timeout = TimeSpan.FromSeconds(1) }));

        Assert.Equal("no answer within 1 s", failed.Reason);
        never.SetResult(200);
    }

    [Fact]
    public async Task Send_NobodyThere_FailsWithoutTheAddressInTheReason()
    {
        var url = _receiver.Url;
        await _receiver.DisposeAsync();

        var failed = Assert.IsType<Delivery.Failed>(await SendAsync(url, new WebhookOptions()));

        Assert.DoesNotContain("secret", failed.Reason);
    }

    [Fact]
    public void Options_BadNetwork_IsNamed()
    {
        var options = new WebhookOptions { DenyNetworks = ["10.0.0.0/8", "10.0.0.0/99"] };

        var results = new List<ValidationResult>();

        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));
        Assert.Contains("10.0.0.0/99", Assert.Single(results).ErrorMessage);
    }

    private static async Task<Delivery> SendAsync(string url, WebhookOptions options)
    {
        using var sender = new WebhookSender(Options.Create(options), new WebhookSigning(new string('a', 64)), TimeProvider.System);
        var subscription = new Subscription(url, null, "http://api", 0, default);
        return await sender.SendAsync(Actor, subscription, Happened, CancellationToken.None);
    }
}
