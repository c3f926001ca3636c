using Abaco.Access;

namespace Abaco.Actors;

/// <summary>
/// What grain storage keeps of an actor, as JSON that lists and searches read where it lies. What changes often (status, epoch, totals) is in the actor's row.
/// </summary>
internal sealed class ActorState
{
    /// <summary>Who registered it.</summary>
    public string Owner { get; set; } = "";

    /// <summary>Level by user; ABACO_WORLD stands for everybody of the tenant.</summary>
    public PermissionTable Permissions { get; set; } = [];

    /// <summary>Its parameters.</summary>
    public ActorDefinition? Definition { get; set; }

    /// <summary>1, and one more at every change of image or <c>force</c>.</summary>
    public int Revision { get; set; }

    /// <summary>Whether the current revision asked for a pull (<c>force</c>).</summary>
    public bool Pull { get; set; }

    /// <summary>JSON text of the state.</summary>
    public string StateJson { get; set; } = "{}";

    /// <summary>Base address under which its definition came, for messages that the service sends by itself.</summary>
    public string ApiServer { get; set; } = "";

    /// <summary>When it was registered.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset Updated { get; set; }

    /// <summary>A copy with another definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="apiServer">Base address under which it came.</param>
    /// <returns>The copy.</returns>
    public ActorState With(ActorDefinition definition, string apiServer)
    {
        var copy = Copy();
        (copy.Definition, copy.ApiServer) = (definition, apiServer);
        return copy;
    }

    /// <summary>A copy to change: memory changes only after the write succeeded. The permission table is replaced, never changed in place.</summary>
    /// <returns>The copy.</returns>
    public ActorState Copy() => (ActorState)MemberwiseClone();
}
