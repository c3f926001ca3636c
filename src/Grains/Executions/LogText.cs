using System.Text;

namespace Abaco.Executions;

/// <summary>The rule that cuts long logs (rest-api.md, Executions).</summary>
internal static class LogText
{
    /// <summary>What a cut log ends with.</summary>
    public const string CutMark = " LOG LIMIT EXCEEDED; this execution log was TRUNCATED!";

    /// <summary>Cuts a log that is longer than the limit and marks it.</summary>
    /// <param name="log">The log so far, without mark.</param>
    /// <param name="longest">The limit in UTF-16 units, the mark not counted.</param>
    /// <returns>Whether it was cut; nothing may be added then.</returns>
    public static bool Cut(StringBuilder log, int longest)
    {
        if (log.Length <= longest)
            return false;
        log.Length = longest > 0 && char.IsHighSurrogate(log[longest - 1]) ? longest - 1 : longest;
        log.Append(CutMark);
        return true;
    }
}
