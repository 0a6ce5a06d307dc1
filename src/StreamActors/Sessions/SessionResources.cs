using Akka.Actor;
using StreamActors.Backends;
using StreamActors.Generations;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Sessions;

/// <summary>What all sessions of a node share.</summary>
/// <param name="Options">Grace and idleness.</param>
/// <param name="Responses">The node's open responses.</param>
/// <param name="Backends">Where generations have their places.</param>
/// <param name="Directory">Where sessions show themselves.</param>
/// <param name="Log">Where stream events go.</param>
/// <param name="Generation">Makes a generation's props.</param>
/// <param name="Time">Drives all clocks.</param>
public sealed record SessionResources(
    SessionsOptions Options,
    OpenResponses Responses,
    BackendRegistry Backends,
    SessionDirectory Directory,
    IStreamLog Log,
    Func<GenerationSpec, Props> Generation,
    TimeProvider Time);
