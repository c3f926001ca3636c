using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Abaco.Events;

/// <summary>
/// Signs webhooks as the Standard Webhooks specification says (headers webhook-id, webhook-timestamp, webhook-signature), so that receivers can use its
/// libraries. Each actor has its own secret, derived from the cluster's key: nothing is stored for it, and no actor's owner can sign for another's.
/// </summary>
/// <param name="clusterKey">The cluster's key, in hex.</param>
internal sealed class WebhookSigning(string clusterKey)
{
    private const string Prefix = "whsec_";
    private readonly byte[] _clusterKey = Convert.FromHexString(clusterKey);

    /// <summary>The secret of an actor's webhooks, for those who may change the actor.</summary>
    public string SecretOf(ActorKey actor) => Prefix + Convert.ToBase64String(KeyOf(actor));

    /// <summary>The value of header webhook-signature.</summary>
    /// <param name="actor">The actor whose event it is.</param>
    /// <param name="eventId">The value of header webhook-id.</param>
    /// <param name="timestamp">The value of header webhook-timestamp, in Unix seconds.</param>
    /// <param name="body">The body as it is sent.</param>
    public string Sign(ActorKey actor, string eventId, long timestamp, byte[] body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{eventId}.{timestamp}."));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(actor), (byte[])[.. head, .. body]));
    }

    private byte[] KeyOf(ActorKey actor) => HMACSHA256.HashData(_clusterKey, Encoding.UTF8.GetBytes(actor.ToString()));
}
