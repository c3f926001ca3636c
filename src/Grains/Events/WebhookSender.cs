using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Abaco.Store;
using Microsoft.Extensions.Options;

namespace Abaco.Events;

/// <summary>
/// Posts events to webhooks: no redirects, no proxy, no cookies; the deny-list is checked on the address that is connected to, so that no name can resolve its
/// way around it. Any answer from 200 to 299 is a success; its body is not read.
/// </summary>
internal sealed class WebhookSender : IEventSender, IDisposable
{
    /// <summary>Requests of this silo at a time. Each actor has at most one, and none waits longer than the timeout.</summary>
    private const int MostAtOnce = 256;

    private static readonly TimeSpan ConnectionKept = TimeSpan.FromMinutes(2);
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly IReadOnlyList<IPNetwork> _denied;
    private readonly TimeSpan _timeout;
    private readonly WebhookSigning _signing;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public WebhookSender(IOptions<WebhookOptions> options, WebhookSigning signing, TimeProvider time)
    {
        _denied = options.Value.Denied;
        _timeout = options.Value.Timeout;
        _signing = signing;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = ConnectionKept,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(ActorKey actor, Subscription subscription, EventRow happened, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            using var request = Request(actor, subscription, happened);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return response.IsSuccessStatusCode ? new Delivery.Done() : new Delivery.Failed($"the receiver answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Delivery.Failed($"no answer within {_timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException exception)
        {
            return new Delivery.Failed(exception.InnerException is DeniedException denied ? denied.Message : $"{exception.HttpRequestError}: {exception.Message}");
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _places.Dispose();
    }

    private HttpRequestMessage Request(ActorKey actor, Subscription subscription, EventRow happened)
    {
        var body = EventRules.OfWebhook(actor, happened, subscription.ApiServer);
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(EventRules.ContentType);
        var request = new HttpRequestMessage(HttpMethod.Post, subscription.Address) { Content = content };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Abaco", null));
        request.Headers.Add("webhook-id", happened.EventId);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", _signing.Sign(actor, happened.EventId, timestamp, body));
        return request;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => !IsDenied(address)).ToArray();
        if (allowed.Length == 0)
            throw new DeniedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsDenied(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _denied.Any(network => network.Contains(plain));
    }

    private sealed class DeniedException() : IOException("the webhook's address lies in a network that webhooks may not reach");
}
