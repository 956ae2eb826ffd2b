// A bot on TwitchLib: the token comes from Castkey before each call, and is replaced after a 401.
//
// Add this file and Castkey.cs to a project that has the package TwitchLib.Api.
using System;
using System.Threading.Tasks;
using CastkeyClient;
using TwitchLib.Api;
using TwitchLib.Api.Core.Exceptions;

public sealed class TwitchLibBot
{
    private readonly Castkey castkey;
    private readonly string user;
    private readonly TwitchAPI api = new TwitchAPI();

    public TwitchLibBot(Castkey castkey, string user)
    {
        this.castkey = castkey;
        this.user = user;
    }

    /// <summary>Makes a call of TwitchLib with a good token.</summary>
    public async Task<T> Call<T>(Func<TwitchAPI, Task<T>> work)
    {
        Token token = await castkey.TokenAsync(user: user, scopes: new[] { "chat:read" });
        try { return await work(With(token)); }
        catch (BadScopeException) { } // TwitchLib's name for a 401
        catch (TokenExpiredException) { }
        return await work(With(await castkey.RefreshAsync(token, user: user)));
    }

    private TwitchAPI With(Token token)
    {
        api.Settings.ClientId = token.ClientId;
        api.Settings.AccessToken = token.AccessToken;
        return api;
    }

    /// <summary>The display name of the bot's account.</summary>
    public async Task<string> Who()
    {
        var found = await Call(twitch => twitch.Helix.Users.GetUsersAsync());
        return found.Users[0].DisplayName;
    }
}
