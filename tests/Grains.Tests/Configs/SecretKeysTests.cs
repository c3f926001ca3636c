using Abaco.Configs;
using Microsoft.Extensions.Options;

namespace Abaco.Grains.Tests.Configs;

public sealed class SecretKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-secrets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_Sealed_IsTheText() => Assert.Equal("pa$$wörd", Keys().Open("dev_db", Keys().Seal("dev_db", "pa$$wörd")));

    [Fact]
    public void Seal_Twice_DiffersAndHoldsNoClearText()
    {
        var (one, two) = (Keys().Seal("dev_db", "password"), Keys().Seal("dev_db", "password"));

        Assert.NotEqual(one.Bytes, two.Bytes);
        Assert.Equal(-1, one.Bytes.AsSpan().IndexOf("password"u8));
    }

    [Fact]
    public void Open_OfAnotherConfig_IsRefused()
    {
        var stolen = Keys().Seal("dev_db", "password");

        Assert.Throws<SecretUnreadableException>(() => Keys().Open("dev_other", stolen));
    }

    [Fact]
    public void Open_Changed_IsRefused()
    {
        var changed = Keys().Seal("dev_db", "password");
        changed.Bytes[^1] ^= 1;

        Assert.Throws<SecretUnreadableException>(() => Keys().Open("dev_db", changed));
    }

    [Fact]
    public void Seal_NoKeyConfigured_MakesAFileForItsOwnerOnly()
    {
        var first = Keys().Seal("dev_db", "password");

        var file = Path.Combine(_folder, "secret-keys.json");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_folder));
        Assert.Equal(first.KeyId, Keys().CurrentKey);
    }

    [Fact]
    public void Open_KeyWasConfiguredLater_StillReadsTheFilesKey()
    {
        var old = Keys().Seal("dev_db", "password");
        var rotated = Keys(new() { Keys = { ["2026-01"] = Key(1) } });

        Assert.Equal("password", rotated.Open("dev_db", old));
        Assert.Equal("2026-01", rotated.CurrentKey);
    }

    [Fact]
    public void Open_AfterRotation_ReadsOldAndSealsNew()
    {
        var old = Keys(new() { Keys = { ["a"] = Key(1) } }).Seal("dev_db", "password");
        var both = Keys(new() { Keys = { ["a"] = Key(1), ["b"] = Key(2) } });
        var back = Keys(new() { Keys = { ["a"] = Key(1), ["b"] = Key(2) }, CurrentKey = "a" });

        Assert.Equal("password", both.Open("dev_db", old));
        Assert.Equal(("b", "a"), (both.Seal("dev_db", "x").KeyId, back.CurrentKey));
    }

    [Fact]
    public void Open_KeyMissing_NamesSecretAndKeyId()
    {
        var old = Keys(new() { Keys = { ["a"] = Key(1) } }).Seal("dev_db", "password");

        var missing = Assert.Throws<SecretUnreadableException>(() => Keys(new() { Keys = { ["b"] = Key(2) } }).Open("dev_db", old));

        Assert.Equal("The secret 'db' cannot be decrypted: its key 'a' is neither in Abaco:Secrets:Keys nor in secret-keys.json.", missing.Message);
    }

    [Fact]
    public void Validate_BadKeys_NamesEach()
    {
        var options = new SecretsOptions { Keys = { ["a"] = "c2hvcnQ=", ["b"] = "???" }, CurrentKey = "c" };

        Assert.Equal(3, options.Validate(new(options)).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public void Targets_None_AreRefused(string actors) => Assert.Throws<AbacoException>(() => ConfigRules.Targets("dev", actors));

    [Fact]
    public void Targets_IdsAndAliases_AreReadOnceEach()
    {
        var id = HashIds.New();

        Assert.Equal([id, "my_alias"], ConfigRules.Targets("dev", $"{id}, my_alias ,dev_{id},"));
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a;b")]
    public void CheckName_BreaksRule_IsRefused(string name) => Assert.Throws<AbacoException>(() => ConfigRules.CheckName(new ConfigKey("dev", name)));

    [Fact]
    public void CheckValue_TooLargeOrNul_IsRefused()
    {
        ConfigRules.CheckValue($"\"{new string('x', 60_000)}\"");

        Assert.Throws<AbacoException>(() => ConfigRules.CheckValue($"\"{new string('x', ConfigRules.LongestValue + 1)}\""));
        Assert.Throws<AbacoException>(() => ConfigRules.CheckValue("\"\\u0000\""));
    }

    [Fact]
    public void Combine_Values_IsOneObjectInOrder() =>
        Assert.Equal("""{"a":{"b":1},"z":"text"}""", ConfigRules.Combine([new("z", "\"text\""), new("a", """{"b":1}""")]));

    private SecretKeys Keys(SecretsOptions? options = null) => new(Options.Create(options ?? new SecretsOptions()), _folder);

    private static string Key(byte fill) => Convert.ToBase64String(Enumerable.Repeat(fill, SecretsOptions.KeyBytes).ToArray());
}
