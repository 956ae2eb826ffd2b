// An action of Streamer.bot ("Execute C# Code"): asks Twitch about the account with the intent "chat", and puts the
// answer into the argument %twitchAnswer%.
//
// Paste this file, and Castkey.cs below it; add System.Core.dll under References. The token stays in here: arguments and
// logs of Streamer.bot are no place for it.
using System;
using System.IO;
using System.Net;
using CastkeyClient;

public class CPHInline
{
    private Castkey castkey;

    public void Init()
    {
        castkey = new Castkey("streamer-bot");
    }

    public void Dispose()
    {
        castkey.Dispose();
    }

    public bool Execute()
    {
        try
        {
            CPH.SetArgument("twitchAnswer", Helix("users"));
            return true;
        }
        catch (CastkeyException error)
        {
            CPH.LogWarn("Castkey: " + error.Message);
        }
        catch (WebException error)
        {
            CPH.LogWarn("Twitch: " + error.Message);
        }
        return false;
    }

    private string Helix(string path)
    {
        Token token = castkey.Token(intent: "chat", scopes: new[] { "chat:read" });
        try { return Call(token, path); }
        catch (WebException error)
        {
            var answer = error.Response as HttpWebResponse;
            if (answer == null || answer.StatusCode != HttpStatusCode.Unauthorized) throw;
            answer.Dispose();
        }
        return Call(castkey.Refresh(token, intent: "chat"), path);
    }

    private static string Call(Token token, string path)
    {
        string helix = Environment.GetEnvironmentVariable("TWITCH_HELIX") ?? "https://api.twitch.tv/helix";
        var request = (HttpWebRequest)WebRequest.Create(helix + "/" + path);
        request.Timeout = 20000;
        request.Headers["Authorization"] = "Bearer " + token.AccessToken;
        request.Headers["Client-Id"] = token.ClientId;
        using (WebResponse answer = request.GetResponse())
        using (var reader = new StreamReader(answer.GetResponseStream()))
            return reader.ReadToEnd();
    }
}
