using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Abaco.Api.Tests;

/// <summary>Sends bytes that no HTTP library would send, on a connection of its own, and reads the one answer.</summary>
internal static class RawHttp
{
    /// <summary>Sends the text (one byte for each character) and reads the answer to its end.</summary>
    public static async Task<(HttpStatusCode Status, Dictionary<string, string> Headers, byte[] Body)> ExchangeAsync(Uri server, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        var received = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, patience.Token);
            received.Write(buffer, 0, read);
            if (TryParse(received.ToArray(), closed: read == 0) is { } answer)
                return answer;
            Assert.True(read > 0, $"The connection was closed after: {Encoding.Latin1.GetString(received.ToArray())}");
        }
    }

    private static (HttpStatusCode, Dictionary<string, string>, byte[])? TryParse(byte[] bytes, bool closed)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;
        var lines = Encoding.Latin1.GetString(bytes, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var status = (HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var body = bytes[(end + 4)..];
        if (headers.TryGetValue("Content-Length", out var length))
            return body.Length >= int.Parse(length, CultureInfo.InvariantCulture) ? (status, headers, body) : null;
        if (headers.GetValueOrDefault("Transfer-Encoding") != "chunked")
            return closed ? (status, headers, body) : null;
        return body.AsSpan().EndsWith("0\r\n\r\n"u8) ? (status, headers, Unchunked(body)) : null;
    }

    private static byte[] Unchunked(byte[] body)
    {
        var whole = new MemoryStream();
        for (var at = 0; ;)
        {
            var line = body.AsSpan(at).IndexOf("\r\n"u8);
            var size = int.Parse(Encoding.Latin1.GetString(body, at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return whole.ToArray();
            whole.Write(body, at + line + 2, size);
            at += line + 2 + size + 2;
        }
    }
}
