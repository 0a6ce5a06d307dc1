namespace StreamActors.Server.Http;

/// <summary>
/// Thrown out of a request on purpose, after its last frame was flushed: Kestrel then sends what is flushed and closes the
/// connection without the last chunk, the one ending that every client takes for an error. Kept out of the log.
/// </summary>
internal sealed class CutResponseException() : Exception("The response was cut on purpose; its last frame says why.");
