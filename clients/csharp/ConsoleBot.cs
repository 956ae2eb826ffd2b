// Asks Twitch who the bot is; after a 401 it has the token replaced and asks once more.
//
//     mcs -r:System.Core -out:ConsoleBot.exe ConsoleBot.cs Castkey.cs CastkeyMore.cs
//     mono ConsoleBot.exe 12345
using System;
using System.IO;
using System.Net;
using CastkeyClient;

public static class ConsoleBot
{
    private static string Variable(string name, string otherwise)
    {
        string value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }

    private static string Call(Token token, string path)
    {
        string helix = Variable("TWITCH_HELIX", "https://api.twitch.tv/helix");
        var request = (HttpWebRequest)WebRequest.Create(helix + "/" + path);
        request.Timeout = 20000;
        request.Headers["Authorization"] = "Bearer " + token.AccessToken;
        request.Headers["Client-Id"] = token.ClientId;
        using (WebResponse answer = request.GetResponse())
        using (var reader = new StreamReader(answer.GetResponseStream()))
            return reader.ReadToEnd();
    }

    private static string Helix(Castkey castkey, string user, string path)
    {
        Token token = castkey.Token(user: user, scopes: new[] { "chat:read" });
        try { return Call(token, path); }
        catch (WebException error)
        {
            var answer = error.Response as HttpWebResponse;
            if (answer == null || answer.StatusCode != HttpStatusCode.Unauthorized) throw;
            answer.Dispose();
        }
        return Call(castkey.Refresh(token, user: user), path);
    }

    public static int Main(string[] args)
    {
        if (args.Length != 1)
        {
            Console.Error.WriteLine("usage: mono ConsoleBot.exe USER_ID");
            return 2;
        }
        try
        {
            using (var castkey = new Castkey(new CastkeyOptions { Name = Variable("CASTKEY_NAME", "csharp-bot"), Reason = "Says who it is." }))
                Console.WriteLine(Helix(castkey, args[0], "users?id=" + args[0]));
            return 0;
        }
        catch (CastkeyException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
