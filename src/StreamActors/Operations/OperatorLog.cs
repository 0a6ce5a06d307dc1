using Serilog;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Operations;

/// <summary>
/// One line for each action of an operator, written when its outcome is known, at any level of the log:
/// <c>operator_action who= claimed_user= action= target= outcome= trace= took_ms=</c>.
/// </summary>
public sealed class OperatorLog(ILogger logger)
{
    private readonly ILogger _log = logger.ForContext<OperatorLog>();

    /// <summary>An action is over.</summary>
    public void Write(Operator by, string action, string target, string outcome, Receipt? receipt = null) => _log.Information(
        "operator_action who={who} claimed_user={claimed_user} action={action} target={target} outcome={outcome} trace={trace} took_ms={took_ms}",
        LogValue.Safe(by.Channel), LogValue.Safe(by.ClaimedUser), action, LogValue.Safe(target), outcome,
        receipt?.Trace?.Value ?? LogValue.Absent, receipt is null ? LogValue.Absent : Math.Round(receipt.Took.TotalMilliseconds, 1));
}
