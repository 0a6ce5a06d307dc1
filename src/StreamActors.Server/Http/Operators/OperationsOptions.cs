using System.ComponentModel.DataAnnotations;
using System.Net;

namespace StreamActors.Server.Http.Operators;

/// <summary>Who may operate, under <c>Operations</c>. Always from this machine only.</summary>
public sealed class OperationsOptions : IValidatableObject
{
    /// <summary>The file that holds the operator key, relative to the content root; made at the start if it is not there, readable by its owner only.</summary>
    /// <value>Default <c>logs/operator.key</c>; without use where <see cref="Sha256"/> is set.</value>
    public string KeyFile { get; set; } = "logs/operator.key";

    /// <summary>SHA-256 of an operator key of your own, 64 hex digits; left out: the key in <see cref="KeyFile"/>.</summary>
    [RegularExpression("^[0-9a-fA-F]{64}$", ErrorMessage = "must be the SHA-256 of the operator key: 64 hex digits")]
    public string? Sha256
    {
        get;
        set => field = string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Where Petabridge.Cmd listens on 127.0.0.1, in a build that has it.</summary>
    /// <value>Default 9110; 1 to 65,535.</value>
    [Range(1, IPEndPoint.MaxPort)]
    public int PbmPort { get; set; } = 9110;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(KeyFile) && Sha256 is null)
            yield return new ValidationResult("is needed, unless Operations:Sha256 is set", [nameof(KeyFile)]);
    }
}
