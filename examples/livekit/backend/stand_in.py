"""A stand-in of a LiveKit server for tests and the preview, where no real one is at hand. It is no LiveKit server.

It speaks as much of its protocol as livekit-client needs to join, publish, subscribe and leave, and as much of its API
as the backend uses; pictures go through aiortc, one stream for everybody. There is no TURN, simulcast, congestion
control, region, recording or limit of any kind in it, and a lost connection is not resumed.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from uuid import uuid4

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.sdp import candidate_from_sdp
from livekit import api
from livekit.protocol import models, room, rtc
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

PUBLISHER = 0  # rtc.SignalTarget
ANSWER_TIMEOUT = 10.0  # seconds


def new_id(kind: str) -> str:
    """Make an id as LiveKit does: the kind, and what is random."""
    return f"{kind}_{uuid4().hex[:12]}"


@dataclass(eq=False)
class Peer:
    """A participant: its signalling, and a peer connection for each direction."""

    info: models.ParticipantInfo
    socket: WebSocket
    publisher: RTCPeerConnection = field(default_factory=RTCPeerConnection)
    subscriber: RTCPeerConnection = field(default_factory=RTCPeerConnection)
    streams: dict[str, str] = field(default_factory=dict)
    tracks: list[tuple[str, MediaStreamTrack]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    one_offer: asyncio.Lock = field(default_factory=asyncio.Lock)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, **message: object) -> None:
        """Send one message, unless the participant is gone."""
        try:
            await self.socket.send_bytes(rtc.SignalResponse(**message).SerializeToString())  # type: ignore[arg-type]
        except (RuntimeError, WebSocketDisconnect):
            return

    async def offer(self) -> None:
        """Offer what there is to see, and wait for the answer: there is one offer at a time."""
        async with self.one_offer:
            self.answered.clear()
            await self.subscriber.setLocalDescription(await self.subscriber.createOffer())
            sdp = self.subscriber.localDescription.sdp
            for track, name in self.streams.items():  # livekit-client finds the participant by the name of the stream
                sdp = re.sub(rf"msid:\S+ {track}", f"msid:{name} {track}", sdp)
            await self.send(offer=rtc.SessionDescription(type="offer", sdp=sdp))
            await asyncio.wait_for(self.answered.wait(), ANSWER_TIMEOUT)

    async def show(self, owner: Peer, sid: str, track: MediaStreamTrack) -> None:
        """Let this participant see a track of another one."""
        self.subscriber.addTrack(track)
        self.streams[track.id] = f"{owner.info.sid}|{sid}"
        await self.offer()

    async def close(self) -> None:
        """Free what it holds."""
        await asyncio.gather(self.publisher.close(), self.subscriber.close())


@dataclass(eq=False)
class Room:
    """A room with those who are in it."""

    name: str
    sid: str = field(default_factory=lambda: new_id("RM"))
    peers: dict[str, Peer] = field(default_factory=dict)
    relay: MediaRelay = field(default_factory=MediaRelay)

    def others(self, peer: Peer) -> list[Peer]:
        """List everybody else."""
        return [other for other in self.peers.values() if other is not peer]

    async def tell(self, peer: Peer) -> None:
        """Tell everybody else how a participant is now."""
        for other in self.others(peer):
            await other.send(update=rtc.ParticipantUpdate(participants=[peer.info]))

    async def enter(self, peer: Peer) -> None:
        """Let somebody in, and show what is shared."""
        present = [other.info for other in self.others(peer)]
        about = models.Room(sid=self.sid, name=self.name)
        joined = rtc.JoinResponse(
            room=about, participant=peer.info, other_participants=present, subscriber_primary=True
        )
        joined.server_version = "0.0.0-stand-in"
        joined.ping_interval, joined.ping_timeout = 10, 30
        await peer.send(join=joined)
        await self.tell(peer)
        peer.subscriber.createDataChannel("_reliable")
        tracks = [(other, sid, track) for other in self.others(peer) for sid, track in other.tracks]
        for other, sid, track in tracks:
            peer.streams[(copy := self.relay.subscribe(track)).id] = f"{other.info.sid}|{sid}"
            peer.subscriber.addTrack(copy)
        await peer.offer()
        best = [
            rtc.ConnectionQualityInfo(participant_sid=each.info.sid, quality="EXCELLENT")
            for each in self.peers.values()
        ]
        for each in self.peers.values():
            await each.send(connection_quality=rtc.ConnectionQualityUpdate(updates=best))

    async def published(self, peer: Peer, track: MediaStreamTrack) -> None:
        """Show a new track to everybody else."""
        sid = peer.waiting.pop(0)
        peer.tracks.append((sid, track))
        for other in self.others(peer):
            await other.show(peer, sid, self.relay.subscribe(track))

    async def leave(self, peer: Peer) -> None:
        """Let somebody out."""
        if self.peers.pop(peer.info.identity, None):
            peer.info.state = models.ParticipantInfo.State.DISCONNECTED
            await self.tell(peer)
        await peer.close()

    async def close(self) -> None:
        """Send everybody away."""
        reason = rtc.LeaveRequest(reason="ROOM_DELETED", action="DISCONNECT")
        for peer in list(self.peers.values()):
            await peer.send(leave=reason)
            await peer.socket.close()


@dataclass
class StandIn:
    """The server: its rooms, its API and its signalling."""

    key: str
    secret: str
    rooms: dict[str, Room] = field(default_factory=dict)

    async def call(self, request: Request) -> Response:
        """Answer a call of the RoomService."""
        body, method = await request.body(), request.path_params["method"]
        if method == "CreateRoom":
            name = room.CreateRoomRequest.FromString(body).name
            self.rooms.setdefault(name, Room(name))
            return protobuf(models.Room(name=name))
        if method == "ListRooms":
            names = room.ListRoomsRequest.FromString(body).names
            return protobuf(
                room.ListRoomsResponse(rooms=[models.Room(name=name) for name in names if name in self.rooms])
            )
        if method == "DeleteRoom" and (found := self.rooms.pop(room.DeleteRoomRequest.FromString(body).room, None)):
            await found.close()
        return protobuf(room.DeleteRoomResponse())

    async def signal(self, socket: WebSocket) -> None:
        """Signal with one participant for as long as it is there."""
        claims = api.TokenVerifier(self.key, self.secret).verify(socket.query_params["access_token"])
        await socket.accept()
        place = self.rooms.get(claims.video.room if claims.video else "")
        if place is None:
            await socket.close()
            return
        may = models.ParticipantPermission(can_publish=True, can_subscribe=True)
        info = models.ParticipantInfo(sid=new_id("PA"), identity=claims.identity, name=claims.name, permission=may)
        info.state = models.ParticipantInfo.State.ACTIVE
        place.peers[claims.identity] = peer = Peer(info, socket)
        tasks: set[asyncio.Task[None]] = set()

        def spawn(track: MediaStreamTrack) -> None:
            tasks.add(asyncio.ensure_future(place.published(peer, track)))

        peer.publisher.on("track", spawn)
        tasks.add(asyncio.ensure_future(place.enter(peer)))
        try:
            while True:
                await self.take(place, peer, rtc.SignalRequest.FromString(await socket.receive_bytes()))
        except (WebSocketDisconnect, RuntimeError):
            await place.leave(peer)

    async def take(self, place: Room, peer: Peer, message: rtc.SignalRequest) -> None:
        """Take one message of a participant."""
        match message.WhichOneof("message"):
            case "answer":
                await peer.subscriber.setRemoteDescription(RTCSessionDescription(message.answer.sdp, "answer"))
                peer.answered.set()
            case "offer":
                await peer.publisher.setRemoteDescription(RTCSessionDescription(message.offer.sdp, "offer"))
                await peer.publisher.setLocalDescription(await peer.publisher.createAnswer())
                sdp = peer.publisher.localDescription.sdp
                await peer.send(answer=rtc.SessionDescription(type="answer", sdp=sdp, id=message.offer.id))
            case "add_track":
                asked = message.add_track
                track = models.TrackInfo(sid=new_id("TR"), type=asked.type, source=asked.source, name=asked.name)
                peer.waiting.append(track.sid)
                peer.info.tracks.append(track)
                await peer.send(track_published=rtc.TrackPublishedResponse(cid=asked.cid, track=track))
                await place.tell(peer)
            case "trickle" if said := json.loads(message.trickle.candidateInit).get("candidate"):
                candidate = candidate_from_sdp(said.partition(":")[2])
                candidate.sdpMid = json.loads(message.trickle.candidateInit).get("sdpMid")
                direction = peer.publisher if message.trickle.target == PUBLISHER else peer.subscriber
                await direction.addIceCandidate(candidate)
            case "ping_req":
                await peer.send(pong_resp=rtc.Pong(last_ping_timestamp=message.ping_req.timestamp))
            case "leave":
                await peer.socket.close()
                await place.leave(peer)


def protobuf(message: models.Room | room.ListRoomsResponse | room.DeleteRoomResponse) -> Response:
    """Answer as LiveKit's API does."""
    return Response(message.SerializeToString(), media_type="application/protobuf")


def create_app(key: str, secret: str) -> Starlette:
    """Make the stand-in. Browsers ask it from any page, as a LiveKit server lets them."""
    server = StandIn(key, secret)
    routes = [
        Route("/twirp/livekit.RoomService/{method}", server.call, methods=["POST"]),
        WebSocketRoute("/rtc", server.signal),
    ]
    return Starlette(routes=routes, middleware=[Middleware(CORSMiddleware, allow_origins=["*"])])
